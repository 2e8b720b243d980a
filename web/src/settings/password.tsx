import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/client.js';
import { useUser } from '../auth/use-session.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Field } from '../ui/field.js';
import { toast } from '../ui/toasts.js';
import { useSubmit } from '../ui/use-submit.js';
import { Section } from './section.js';

export function Password() {
  const { account, auth } = useTexts();
  const user = useUser();
  const cache = useQueryClient();
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const { submit, isBusy, error, errorOf } = useSubmit(async () => {
    await call('POST', '/api/user/password', { body: { password, newPassword } });
    setPassword('');
    setNewPassword('');
    toast(account.passwordChanged);
    await cache.invalidateQueries({ queryKey: ['sessions'] });
  });
  return (
    <Section title={account.password}>
      <form onSubmit={(event) => void submit(event)}>
        <input type="text" autoComplete="username" value={user.email} readOnly hidden />
        <Field
          label={account.currentPassword}
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Field
          label={account.newPassword}
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
          hint={auth.passwordHint}
          value={newPassword}
          error={errorOf('newPassword')}
          onChange={(event) => setNewPassword(event.target.value)}
        />
        {error !== null && !errorOf('newPassword') && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <button className="button" disabled={isBusy}>
          {account.changePassword}
        </button>
      </form>
    </Section>
  );
}
