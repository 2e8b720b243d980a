import { call } from '../api/client.js';
import type { Conversation } from '../api/types.js';
import { errorText, texts } from '../i18n/index.js';
import { toast } from '../ui/toasts.js';
import type { Conversations } from './conversations.js';

const UNDO_MS = 6_000;

/** Deleting with time to think again: the call is held back for 6 s, and goes out at once when the page is left. */
export class Deletions {
  private readonly held = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly conversations: Conversations) {}

  delete({ id, title }: Conversation): void {
    if (this.held.has(id)) return;
    this.conversations.hide(id, true);
    const undo = () => {
      clearTimeout(this.held.get(id));
      if (!this.held.delete(id)) return;
      this.conversations.hide(id, false);
      close();
    };
    const close = toast(texts().convos.deleted(title), { label: texts().convos.undo, run: undo }, UNDO_MS);
    this.held.set(
      id,
      setTimeout(() => void this.send(id, false), UNDO_MS),
    );
  }

  readonly flush = (): void => {
    for (const id of [...this.held.keys()]) void this.send(id, true);
  };

  private async send(id: string, keepalive: boolean): Promise<void> {
    clearTimeout(this.held.get(id));
    this.held.delete(id);
    try {
      await call('DELETE', `/api/convos/${id}`, { keepalive });
      this.conversations.remove(id);
    } catch (error) {
      this.conversations.hide(id, false);
      toast(errorText(error));
    }
  }
}
