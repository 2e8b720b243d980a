import { useState } from 'react';
import { call } from '../api/client.js';
import { setUser } from '../api/session.js';
import type { User } from '../api/types.js';
import { useUser } from '../auth/use-session.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Field } from '../ui/field.js';
import { toast } from '../ui/toasts.js';
import { useSubmit } from '../ui/use-submit.js';
import { Section } from './section.js';

export function Profile() {
  const { account, app, auth } = useTexts();
  const user = useUser();
  const [name, setName] = useState(user.name);
  const { submit, isBusy, error, errorOf } = useSubmit(async () => {
    const changed = await call<{ user: User }>('PATCH', '/api/user', { body: { name } });
    setUser(changed.user);
    setName(changed.user.name);
    toast(account.nameSaved, undefined, 2_500);
  });
  return (
    <Section title={account.profile} lead={user.email}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={auth.name}
          dir="auto"
          autoComplete="name"
          maxLength={100}
          required
          value={name}
          error={errorOf('name') ?? (error === null ? undefined : errorText(error))}
          onChange={(event) => setName(event.target.value)}
        />
        <button className="button" disabled={isBusy || name.trim() === '' || name === user.name}>
          {app.save}
        </button>
      </form>
    </Section>
  );
}
