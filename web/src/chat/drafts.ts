import { ofThisTab } from '../api/storage.js';
import type { Message } from '../api/types.js';
import { Attachments } from '../files/attachments.js';
import { Store } from '../store.js';

function idsIn(kept: string | null): string[] {
  try {
    return (JSON.parse(kept ?? '[]') as unknown[]).filter((id) => typeof id === 'string');
  } catch {
    return [];
  }
}

/** What has been typed and not sent, for each conversation and for a new one; kept over reloads. */
export class Drafts {
  private readonly drafts = new Map<string, Store<string>>();
  private readonly files = new Map<string, Attachments>();

  constructor(private readonly userId: string) {}

  of(conversationId: string | null): Store<string> {
    return this.named(conversationId ?? 'new');
  }

  /** A question that is being edited. */
  ofEdit({ id }: Message): Store<string> {
    return this.named(`edit.${id}`);
  }

  /** The files that go with what is typed. Those that have arrived are kept, too. */
  filesOf(conversationId: string | null): Attachments {
    const name = `${this.userId}.files.${conversationId ?? 'new'}`;
    let files = this.files.get(name);
    if (!files) {
      const kept = new Attachments();
      const ids = idsIn(ofThisTab.get(name));
      if (ids.length > 0) void kept.restore(ids);
      kept.store.subscribe(() => {
        const arrived = kept.store.get().flatMap(({ part }) => (part ? [part.fileId] : []));
        ofThisTab.set(name, arrived.length > 0 ? JSON.stringify(arrived) : null);
      });
      this.files.set(name, (files = kept));
    }
    return files;
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
