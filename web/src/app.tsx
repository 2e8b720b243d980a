import { useEffect, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { refresh } from './api/session.js';
import { LoginPage } from './auth/login-page.js';
import { RegisterPage } from './auth/register-page.js';
import { useSessionState } from './auth/use-session.js';
import { useTexts } from './i18n/index.js';
import { lazyPart } from './ui/lazy-part.js';

const SignedIn = lazyPart(() => import('./signed-in.js').then((module) => module.default));

/** Asks who is logged in, as often as it takes. */
function useStart(isKnown: boolean): boolean {
  const [failures, setFailures] = useState(0);
  useEffect(() => {
    if (isKnown) return;
    const timer = setTimeout(
      () => void refresh().catch(() => setFailures(failures + 1)),
      Math.min(failures, 5) * 1_000,
    );
    return () => clearTimeout(timer);
  }, [isKnown, failures]);
  return failures > 0;
}

export function App() {
  const texts = useTexts();
  const { status, session } = useSessionState();
  const isUnreachable = useStart(status !== 'unknown');
  if (status === 'unknown') {
    return <p className="centred hint">{isUnreachable ? texts.app.unreachable : ''}</p>;
  }
  if (!session) {
    return (
      <Switch>
        <Route path="/register" component={RegisterPage} />
        <Route component={LoginPage} />
      </Switch>
    );
  }
  return (
    <Switch>
      <Route path="/login">
        <Redirect to="/" replace />
      </Route>
      <Route path="/register">
        <Redirect to="/" replace />
      </Route>
      <Route>
        {/* Another user in another tab: everything begins anew. */}
        <SignedIn key={session.user.id} />
      </Route>
    </Switch>
  );
}
