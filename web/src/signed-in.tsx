import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { useUser } from './auth/use-session.js';
import { useTexts } from './i18n/index.js';

const AdminPages = lazy(() => import('./admin/admin-pages.js'));

/** Everything for people who are logged in. */
export default function SignedIn() {
  const texts = useTexts();
  const user = useUser();
  return (
    <Suspense fallback={<p className="loading">{texts.app.loading}</p>}>
      <Switch>
        {user.role === 'admin' && <Route path="/admin/*?" component={AdminPages} />}
        <Route path="/c/:id?">{texts.app.loading}</Route>
        <Route path="/">{texts.chat.greeting(user.name)}</Route>
        <Route>{texts.app.notFound}</Route>
      </Switch>
    </Suspense>
  );
}
