import { useState } from 'react';
import { call } from '../api/client.js';
import { setSession } from '../api/session.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { useSubmit } from '../ui/use-submit.js';
import { Section } from './section.js';

export function DeleteAccount() {
  const { account } = useTexts();
  const [isAsking, setAsking] = useState(false);
  return (
    <Section title={account.delete} lead={account.deleteLead}>
      <button type="button" className="button danger" onClick={() => setAsking(true)}>
        {account.delete}
      </button>
      {isAsking && <DeleteDialog onClose={() => setAsking(false)} />}
    </Section>
  );
}

function DeleteDialog({ onClose }: { onClose(): void }) {
  const { account, app } = useTexts();
  const [password, setPassword] = useState('');
  const { submit, isBusy, error } = useSubmit(async () => {
    await call('DELETE', '/api/user', { body: { password } });
    setSession(null);
  });
  return (
    <Dialog title={account.delete} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{account.deleteLead}</p>
        <Field
          label={account.currentPassword}
          type="password"
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          error={error === null ? undefined : errorText(error)}
          onChange={(event) => setPassword(event.target.value)}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {app.cancel}
          </button>
          <button className="button danger" disabled={isBusy || password === ''}>
            {account.deleteConfirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
