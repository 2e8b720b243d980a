import { type ReactNode, useEffect } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { useUser } from '../auth/use-session.js';
import { useTexts } from '../i18n/index.js';
import { Loading, lazyPart } from '../ui/lazy-part.js';
import './admin.css';
import { Forbidden } from './forbidden.js';
import { useAdminTexts } from './texts/index.js';

const UsersPage = lazyPart(() => import('./users/users-page.js').then((module) => module.default), <Loading />);
const KeysPage = lazyPart(() => import('./keys/keys-page.js').then((module) => module.default), <Loading />);
const StatusPage = lazyPart(() => import('./status/status-page.js').then((module) => module.default), <Loading />);

function Tab({ href, children }: { href: string; children: string }) {
  const [location] = useLocation();
  return (
    <Link href={href} aria-current={location === href ? 'page' : undefined}>
      {children}
    </Link>
  );
}

function Unknown() {
  const { app } = useTexts();
  return <p className="loading">{app.notFound}</p>;
}

/** Where admins look after users and the server's state. Loaded when one of its pages is opened. */
export default function AdminPages({ menuButton }: { menuButton: ReactNode }) {
  const texts = useAdminTexts();
  const { account, app } = useTexts();
  const isAdmin = useUser().role === 'admin';
  const [location] = useLocation();
  const { title: page } = (['users', 'keys'] as const).reduce<{ title: string }>(
    (found, name) => (location.startsWith(`/admin/${name}`) ? texts[name] : found),
    texts.status,
  );
  useEffect(() => {
    document.title = `${page} · ${app.name}`;
  }, [page, app.name]);

  return (
    <>
      <header className="head admin-head">
        {menuButton}
        <h1>{account.admin}</h1>
        {isAdmin && (
          <nav className="tabs" aria-label={texts.pages}>
            <Tab href="/admin/status">{texts.status.title}</Tab>
            <Tab href="/admin/users">{texts.users.title}</Tab>
            <Tab href="/admin/keys">{texts.keys.title}</Tab>
          </nav>
        )}
      </header>
      <div className="admin">
        {isAdmin ? (
          <Switch>
            <Route path="/admin">
              <Redirect to="/admin/status" replace />
            </Route>
            <Route path="/admin/users" component={UsersPage} />
            <Route path="/admin/keys" component={KeysPage} />
            <Route path="/admin/status" component={StatusPage} />
            <Route component={Unknown} />
          </Switch>
        ) : (
          <Forbidden />
        )}
      </div>
    </>
  );
}
