import { call } from '../api/client.js';
import type { Conversation } from '../api/types.js';
import { errorText, texts } from '../i18n/index.js';
import { undoToast, toast } from '../ui/toasts.js';
import type { Conversations } from './conversations.js';
import { focusConversation } from './focus-conversation.js';

/**
 * What takes a conversation out of its list, with time to think again: the call is held back for as long as it can be
 * undone, and goes out at once when the page is left.
 */
export class HeldChanges {
  private readonly held = new Map<string, { takeBack(): void; send(keepalive: boolean): void }>();

  constructor(private readonly conversations: Conversations) {}

  delete({ id, title }: Conversation): void {
    this.held.get(id)?.takeBack();
    this.hold(id, null, texts().convos.deleted(title), async (keepalive) => {
      await call('DELETE', `/api/convos/${id}`, { keepalive });
      this.conversations.remove(id);
    });
  }

  /** Chosen while its opposite is held back, it takes that back. */
  archive(conversation: Conversation, archived: boolean): void {
    const { id, title } = conversation;
    const held = this.held.get(id);
    if (held) return held.takeBack();
    const { convos } = texts();
    const text = archived ? convos.isArchived(title) : convos.isUnarchived(title);
    this.hold(id, { ...conversation, archived }, text, (keepalive) =>
      this.conversations.change(id, { archived }, keepalive),
    );
  }

  readonly flush = (): void => {
    for (const { send } of [...this.held.values()]) send(true);
  };

  /** `as`: what becomes of it; null: nothing. */
  private hold(
    id: string,
    as: Conversation | null,
    text: string,
    carryOut: (keepalive: boolean) => Promise<void>,
  ): void {
    const takeBack = () => {
      close();
      this.held.delete(id);
      this.conversations.release(id);
    };
    const send = (keepalive: boolean) => {
      close();
      this.held.delete(id);
      // Deleted elsewhere in the meantime: nothing is left to be done.
      if (this.conversations.held.get().get(id) !== as) return;
      carryOut(keepalive)
        .catch((error: unknown) => void toast(errorText(error)))
        .finally(() => this.conversations.release(id, as));
    };
    this.conversations.hold(id, as);
    this.held.set(id, { takeBack, send });
    const undo = () => {
      takeBack();
      focusConversation(id);
    };
    const close = undoToast(text, undo, () => send(false));
  }
}
