import { useState } from 'react';
import { call } from '../../api/client.js';
import type { ApiKey } from '../../api/types.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { useSubmit } from '../../ui/use-submit.js';
import { useKeyTexts } from './texts/index.js';

interface Props {
  apiKey: ApiKey;
  onRenamed(): void;
  onClose(): void;
}

export function RenameKey({ apiKey, onRenamed, onClose }: Props) {
  const { app } = useTexts();
  const texts = useKeyTexts();
  const [name, setName] = useState(apiKey.name);
  const { submit, isBusy, error, errorOf } = useSubmit(async () => {
    await call('PATCH', `/api/keys/${apiKey.id}`, { body: { name } });
    onRenamed();
    onClose();
  });
  return (
    <Dialog title={texts.renameOf(apiKey.name)} isChanged={name !== apiKey.name} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={texts.name}
          dir="auto"
          maxLength={100}
          required
          data-autofocus
          value={name}
          error={errorOf('name') ?? (error === null ? undefined : errorText(error))}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {app.cancel}
          </button>
          <button className="button primary" disabled={isBusy || name.trim() === ''}>
            {app.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
