import { call, query } from '../api/client.js';
import { ApiError } from '../api/problem.js';
import type { Message, Page } from '../api/types.js';
import { Store } from '../store.js';
import { buildTree, EMPTY_TREE, type Tree } from '../conversations/tree.js';

export interface MessagesState {
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
  tree: Tree;
  /** How many have come so far. */
  loaded: number;
  /** There are older ones that have not been read yet. */
  hasOlder: boolean;
  /** Why those could not be read. */
  olderError: unknown;
  /** The message whose branch is shown; null: that of the newest. */
  chosen: string | null;
}

export const NOTHING_LOADED: MessagesState = {
  status: 'loading',
  error: null,
  tree: EMPTY_TREE,
  loaded: 0,
  hasOlder: false,
  olderError: null,
  chosen: null,
};

/** The newest ones, which are looked at first; and how many of the older ones at once. */
const NEWEST = 50;
const OLDER = 100;

/**
 * The messages of one conversation, as far as they are known here: all from a certain one on. The newest are read first,
 * older ones when somebody wants them.
 */
export class ConversationMessages {
  readonly store = new Store<MessagesState>(NOTHING_LOADED);
  private readonly byId = new Map<string, Message>();
  /** Where the page behind the oldest one begins; null: all are here. */
  private older: string | null = null;
  /** The newest one when they were read last: behind it there may be some that nobody told us of. */
  private readTo = '';
  /** The answer that was asked for here last. */
  private own: string | null = null;
  private loading: Promise<void> | null = null;
  private loadingOlder: Promise<void> | null = null;

  constructor(private readonly conversationId: string) {}

  /** Reads the newest ones; after the first time, what may be new. */
  load(): Promise<void> {
    this.loading ??= this.readNewest().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  /** Reads the next older ones, if there are any. */
  loadOlder(): Promise<void> {
    this.loadingOlder ??= this.readOlder().finally(() => {
      this.loadingOlder = null;
    });
    return this.loadingOlder;
  }

  /** Reads older ones until this one is here; `null`: all of them. True: it is, they are. */
  async loadTo(id: string | null): Promise<boolean> {
    await this.load();
    const isHere = () => (id === null ? this.older === null : this.byId.has(id));
    while (!isHere() && this.older !== null) {
      await this.loadOlder();
      if (this.store.get().olderError !== null) break;
    }
    return this.store.get().status === 'ready' && isHere();
  }

  /** A conversation that begins here: there is nothing to be read. */
  begin(): void {
    this.store.update((state) => ({ ...state, status: 'ready' }));
  }

  put(...messages: Message[]): void {
    for (const message of messages) this.take(message);
    this.show();
  }

  /** An answer that was asked for here: it stays in sight while it is written, whatever is asked elsewhere meanwhile. */
  begun(answerId: string): void {
    this.own = answerId;
    this.choose(answerId);
  }

  /** A message that was written elsewhere, or here. False: it is in another branch than the one that is kept in sight. */
  heard(message: Message): boolean {
    const { chosen, tree } = this.store.get();
    const isWaitedFor = chosen !== null && tree.byId.get(chosen)?.status === 'generating';
    if (chosen === this.own && !isWaitedFor) this.choose(null);
    this.put(message);
    return !isWaitedFor || this.isOnBranchOf(message, chosen);
  }

  choose(id: string | null): void {
    this.store.update((state) => ({ ...state, chosen: id }));
  }

  private isOnBranchOf(message: Message, leaf: string | null): boolean {
    for (let id = leaf; id !== null; id = this.byId.get(id)?.parentId ?? null) if (id === message.id) return true;
    return false;
  }

  private async readNewest(): Promise<void> {
    const isFirst = this.store.get().status !== 'ready';
    const since = this.mayHaveChangedSince();
    try {
      let next: string | null = null;
      do {
        const page = await this.page({ order: 'desc', limit: NEWEST, cursor: next });
        for (const message of page.items) this.take(message);
        next = page.nextCursor;
        const oldest = page.items.at(-1)?.id ?? '';
        if (isFirst || oldest <= since) break;
      } while (next !== null);
      if (isFirst) this.older = next;
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) return this.readAll();
      return this.failed(error);
    }
    this.isRead();
  }

  private async readOlder(): Promise<void> {
    if (this.older === null) return;
    this.store.update((state) => ({ ...state, olderError: null }));
    try {
      const page = await this.page({ order: 'desc', limit: OLDER, cursor: this.older });
      for (const message of page.items) this.take(message);
      this.older = page.nextCursor;
      this.show();
    } catch (olderError) {
      this.store.update((state) => ({ ...state, olderError }));
    }
  }

  /** A server of the version before knows one order only, and all of it has to be read. */
  private async readAll(): Promise<void> {
    try {
      let cursor: string | null = null;
      do {
        const page: Page<Message> = await this.page({ limit: OLDER, cursor });
        for (const message of page.items) this.take(message);
        cursor = page.nextCursor;
        if (this.store.get().status !== 'ready') this.store.update((state) => ({ ...state, loaded: this.byId.size }));
      } while (cursor !== null);
      this.older = null;
      this.isRead();
    } catch (error) {
      this.failed(error);
    }
  }

  private page(wanted: Record<string, string | number | null>): Promise<Page<Message>> {
    return call('GET', `/api/convos/${encodeURIComponent(this.conversationId)}/messages${query(wanted)}`);
  }

  private isRead(): void {
    this.readTo = [...this.byId.keys()].reduce((newest, id) => (id > newest ? id : newest), '');
    this.store.update((state) => ({ ...state, status: 'ready', error: null }));
    this.show();
  }

  private failed(error: unknown): void {
    this.store.update((state) => (state.status === 'ready' ? state : { ...state, status: 'failed', error }));
  }

  /** The oldest one that may be another by now. */
  private mayHaveChangedSince(): string {
    let since = this.readTo;
    for (const { id, status } of this.byId.values()) if (status === 'generating' && id < since) since = id;
    return since;
  }

  /** News may overtake each other: an older state never replaces a newer one. */
  private take(message: Message): void {
    const known = this.byId.get(message.id);
    if (known && known.status !== 'generating' && message.status === 'generating') return;
    if (known && known.status === message.status && known.updatedAt > message.updatedAt) return;
    this.byId.set(message.id, message);
  }

  private show(): void {
    const tree = buildTree(new Map(this.byId));
    this.store.update((state) => ({ ...state, tree, loaded: this.byId.size, hasOlder: this.older !== null }));
  }
}
