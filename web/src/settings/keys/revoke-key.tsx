import { call } from '../../api/client.js';
import type { ApiKey } from '../../api/types.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Dialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toasts.js';
import { useSubmit } from '../../ui/use-submit.js';
import { useKeyTexts } from './texts/index.js';

interface Props {
  /** Where it is revoked: as one's own, or as an admin. */
  path: string;
  apiKey: ApiKey;
  onRevoked(): void;
  onClose(): void;
}

/** Asks before a key is revoked. */
export function RevokeKey({ path, apiKey: { name }, onRevoked, onClose }: Props) {
  const { app } = useTexts();
  const texts = useKeyTexts();
  const { submit, isBusy, error } = useSubmit(async () => {
    await call('DELETE', path);
    onRevoked();
    onClose();
    toast(texts.revoked(name));
  });
  return (
    <Dialog title={texts.revokeTitle(name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{texts.revokeLead}</p>
        {error !== null && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {app.cancel}
          </button>
          <button className="button danger" disabled={isBusy}>
            {texts.revoke}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
