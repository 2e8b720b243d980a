import { useState } from 'react';
import type { Conversation } from '../api/types.js';
import { errorText, useTexts } from '../i18n/index.js';
import { Dialog } from '../ui/dialog.js';
import { Field } from '../ui/field.js';
import { useSubmit } from '../ui/use-submit.js';
import { useWorkspace } from '../workspace.js';

export function RenameDialog({ conversation, onClose }: { conversation: Conversation; onClose(): void }) {
  const { convos, app } = useTexts();
  const workspace = useWorkspace();
  const [title, setTitle] = useState(conversation.title);
  const { submit, isBusy, error, errorOf } = useSubmit(async () => {
    await workspace.conversations.change(conversation.id, { title: title.trim() });
    onClose();
  });
  return (
    <Dialog title={convos.renameTitle} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <Field
          label={convos.title}
          dir="auto"
          maxLength={200}
          required
          data-autofocus
          value={title}
          error={errorOf('title')}
          onChange={(event) => setTitle(event.target.value)}
        />
        {error !== null && !errorOf('title') && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {app.cancel}
          </button>
          <button className="button primary" disabled={isBusy || title.trim() === ''}>
            {app.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
