import { Provider as TooltipProvider } from '@radix-ui/react-tooltip';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useUser } from './auth/use-session.js';
import { ChatPage } from './chat/chat-page.js';
import { useTexts } from './i18n/index.js';
import { Shell } from './shell/shell.js';
import { Boundary } from './ui/boundary.js';
import { Loading, lazyPart } from './ui/lazy-part.js';
import { Workspace, WorkspaceContext } from './workspace.js';
import './low.css';
import './print.css';

const AdminPages = lazyPart(() => import('./admin/admin-pages.js').then((module) => module.default), <Loading />);
const SettingsPage = lazyPart(
  () => import('./settings/settings-page.js').then((module) => module.default),
  <Loading />,
);

function NotFound({ menuButton }: { menuButton: ReactNode }) {
  const { app } = useTexts();
  return (
    <>
      <header className="head">{menuButton}</header>
      <p className="loading">
        {app.notFound} <Link href="/">{app.toChat}</Link>
      </p>
    </>
  );
}

function Page({ menuButton }: { menuButton: ReactNode }) {
  const [location] = useLocation();
  const [, id] = /^\/c\/([^/]+)\/?$/.exec(location) ?? [];
  // A conversation that begins gets an address, and stays the same page.
  if (location === '/' || id) return <ChatPage id={id ?? null} menuButton={menuButton} />;
  if (location === '/settings') return <SettingsPage menuButton={menuButton} />;
  // To whom they are not shown, they say so themselves.
  if (/^\/admin(\/|$)/.test(location)) return <AdminPages menuButton={menuButton} />;
  return <NotFound menuButton={menuButton} />;
}

/** What has failed in one of these does not stand in the way of the others. A conversation that begins stays the same. */
function section(location: string): string {
  return /^\/(settings|admin)/.exec(location)?.[0] ?? 'chat';
}

/** Everything for people who are logged in. */
export default function SignedIn() {
  const user = useUser();
  const [location] = useLocation();
  const [workspace] = useState(() => new Workspace(user.id));
  useEffect(() => workspace.start(), [workspace]);
  return (
    <WorkspaceContext value={workspace}>
      <QueryClientProvider client={workspace.cache}>
        <TooltipProvider delayDuration={500}>
          <Shell>
            {(menuButton) => (
              <Boundary key={section(location)}>
                <Page menuButton={menuButton} />
              </Boundary>
            )}
          </Shell>
        </TooltipProvider>
      </QueryClientProvider>
    </WorkspaceContext>
  );
}
