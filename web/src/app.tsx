import { useEffect, useState } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { refresh } from './api/session.js';
import { LoginPage } from './auth/login-page.js';
import { RegisterPage } from './auth/register-page.js';
import { useSessionState } from './auth/use-session.js';
import { useTexts } from './i18n/index.js';
import { lazyPart } from './ui/lazy-part.js';

const SignedIn = lazyPart(() => import('./signed-in.js').then((module) => module.default));

/** A page that stays empty for longer looks broken. */
const SLOW_MS = 2_000;

/** Asks who is logged in, as often as it takes. */
function useStart(isKnown: boolean): 'begun' | 'slow' | 'failed' {
  const [failures, setFailures] = useState(0);
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (isKnown) return;
    const timer = setTimeout(
      () => void refresh().catch(() => setFailures(failures + 1)),
      Math.min(failures, 5) * 1_000,
    );
    return () => clearTimeout(timer);
  }, [isKnown, failures]);
  if (failures > 0) return 'failed';
  return isSlow ? 'slow' : 'begun';
}

export function App() {
  const texts = useTexts();
  const { status, session } = useSessionState();
  const start = useStart(status !== 'unknown');
  if (status === 'unknown') {
    const said = { begun: '', slow: texts.app.loading, failed: texts.app.unreachable };
    return (
      <p className="centred hint" role="status">
        {said[start]}
      </p>
    );
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
