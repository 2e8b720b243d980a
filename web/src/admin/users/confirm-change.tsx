import { call } from '../../api/client.js';
import { refresh, sessionState } from '../../api/session.js';
import { useUser } from '../../auth/use-session.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Dialog } from '../../ui/dialog.js';
import { toast } from '../../ui/toasts.js';
import { useSubmit } from '../../ui/use-submit.js';
import { useAdminTexts } from '../texts/index.js';
import type { AdminUser } from '../types.js';
import { type Change, CHANGES } from './changes.js';

interface Props {
  user: AdminUser;
  change: Change;
  onChanged(user: AdminUser): void;
  onClose(): void;
}

/** Asks before anything is changed, and says why where the server refuses. */
export function ConfirmChange({ user, change, onChanged, onClose }: Props) {
  const { app } = useTexts();
  const texts = useAdminTexts();
  const isSelf = useUser().id === user.id;
  const { submit, isBusy, error } = useSubmit(async () => {
    const answer = await call<{ user: AdminUser }>('PATCH', `/api/admin/users/${user.id}`, { body: CHANGES[change] });
    onChanged(answer.user);
    onClose();
    toast(texts.users.done[change](user.name));
    // What one may is in one's session, which knows nothing of this yet.
    if (isSelf) await refresh(sessionState().session?.token);
  });
  const { title, lead } = texts.users.confirm[change];
  const own = isSelf && change in texts.users.confirmSelf;
  return (
    <Dialog title={title(user.name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <p>{lead}</p>
        {own && (
          <p className="alert notice">{texts.users.confirmSelf[change as keyof typeof texts.users.confirmSelf]}</p>
        )}
        {error !== null && (
          <p className="alert" role="alert">
            {errorText(error)}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            {app.cancel}
          </button>
          <button type="submit" className={change === 'disable' ? 'button danger' : 'button primary'} disabled={isBusy}>
            {texts.users[change]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
