import { ofThisTab } from '../api/storage.js';
import type { Message } from '../api/types.js';
import { Store } from '../store.js';

/** What has been typed and not sent, for each conversation and for a new one; kept over reloads. */
export class Drafts {
  private readonly drafts = new Map<string, Store<string>>();

  constructor(private readonly userId: string) {}

  of(conversationId: string | null): Store<string> {
    return this.named(conversationId ?? 'new');
  }

  /** A question that is being edited. */
  ofEdit({ id }: Message): Store<string> {
    return this.named(`edit.${id}`);
  }

  private named(what: string): Store<string> {
    const name = `${this.userId}.draft.${what}`;
    let draft = this.drafts.get(name);
    if (!draft) {
      const kept = new Store(ofThisTab.get(name) ?? '');
      kept.subscribe(() => ofThisTab.set(name, kept.get() || null));
      this.drafts.set(name, (draft = kept));
    }
    return draft;
  }
}
