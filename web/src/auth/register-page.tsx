import { useState } from 'react';
import { Link } from 'wouter';
import { isCode } from '../api/problem.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Field } from '../ui/field.js';
import { useSubmit } from '../ui/use-submit.js';
import { type NewAccount, register } from './account.js';
import { AuthPage } from './auth-page.js';
import { useMethods } from './use-methods.js';

/** The set-up code is asked for only where the server wants one. */
export function RegisterPage() {
  const texts = useTexts();
  const [account, setAccount] = useState<NewAccount>({ name: '', email: '', password: '' });
  const [asksCode, setAsksCode] = useState(false);
  const { submit, isBusy, error, errorOf } = useSubmit(async () => {
    try {
      await register(account);
    } catch (reason) {
      if (isCode(reason, 'setup_code_required')) setAsksCode(true);
      throw reason;
    }
  });
  const { registration } = useMethods();
  const field = (key: keyof NewAccount) => ({
    name: key,
    required: true,
    value: account[key] ?? '',
    error: errorOf(key),
    onChange: (event: { target: { value: string } }) => setAccount({ ...account, [key]: event.target.value }),
  });
  const toLogIn = (
    <p className="hint">
      {texts.auth.haveAccount} <Link href="/login">{texts.auth.logIn}</Link>
    </p>
  );
  if (!registration) {
    return (
      <AuthPage title={texts.auth.registerTitle} lead={texts.errors.registration_closed}>
        {toLogIn}
      </AuthPage>
    );
  }
  return (
    <AuthPage title={texts.auth.registerTitle} lead={texts.auth.registerLead}>
      <form onSubmit={(event) => void submit(event)}>
        <Field label={texts.auth.name} autoComplete="name" maxLength={100} autoFocus {...field('name')} />
        <Field
          label={texts.auth.email}
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          autoComplete="username"
          {...field('email')}
        />
        <Field
          label={texts.auth.password}
          type="password"
          autoComplete="new-password"
          minLength={8}
          hint={texts.auth.passwordHint}
          {...field('password')}
        />
        {asksCode && (
          <Field
            label={texts.auth.setupCode}
            hint={texts.auth.setupCodeHint}
            autoComplete="off"
            {...field('setupCode')}
          />
        )}
        {error !== null && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <button className="button primary wide" disabled={isBusy}>
          {texts.auth.register}
        </button>
      </form>
      {toLogIn}
    </AuthPage>
  );
}
