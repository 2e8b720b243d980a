import { useState } from 'react';
import { Link } from 'wouter';
import { errorText, useTexts } from '../i18n/index.js';
import { Field } from '../ui/field.js';
import { useSubmit } from '../ui/use-submit.js';
import { logIn } from './account.js';
import { AuthPage } from './auth-page.js';
import { useMethods } from './use-methods.js';
import { useSessionState } from './use-session.js';

export function LoginPage() {
  const texts = useTexts();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const { submit, isBusy, error } = useSubmit(() => logIn(email, password));
  const { registration } = useMethods();
  const state = useSessionState();
  const hasEnded = state.status === 'signed-out' && state.hasEnded;
  return (
    <AuthPage title={texts.auth.logInTitle} lead={hasEnded ? texts.auth.ended : undefined}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={texts.auth.email}
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label={texts.auth.password}
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {error !== null && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <button className="button primary wide" disabled={isBusy}>
          {texts.auth.logIn}
        </button>
      </form>
      {registration && (
        <p className="hint">
          {texts.auth.noAccount} <Link href="/register">{texts.auth.register}</Link>
        </p>
      )}
    </AuthPage>
  );
}
