import { ofThisTab } from '../api/storage.js';
import { Store } from '../store.js';

/** What has been typed and not sent, for each conversation and for a new one; kept over reloads. */
export class Drafts {
  private readonly drafts = new Map<string, Store<string>>();

  constructor(private readonly userId: string) {}

  of(conversationId: string | null): Store<string> {
    const name = `${this.userId}.draft.${conversationId ?? 'new'}`;
    let draft = this.drafts.get(name);
    if (!draft) {
      const kept = new Store(ofThisTab.get(name) ?? '');
      kept.subscribe(() => ofThisTab.set(name, kept.get() || null));
      this.drafts.set(name, (draft = kept));
    }
    return draft;
  }
}
