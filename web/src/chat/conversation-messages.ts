import { call, query } from '../api/client.js';
import type { Message, Page } from '../api/types.js';
import { Store } from '../store.js';
import { buildTree, EMPTY_TREE, type Tree } from './tree.js';

export interface MessagesState {
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
  tree: Tree;
  /** How many have come so far. */
  loaded: number;
  /** The message whose branch is shown; null: that of the newest. */
  chosen: string | null;
}

const PAGE = 100;

/** All messages of one conversation, as far as they are known here. */
export class ConversationMessages {
  readonly store = new Store<MessagesState>({
    status: 'loading',
    error: null,
    tree: EMPTY_TREE,
    loaded: 0,
    chosen: null,
  });
  private readonly byId = new Map<string, Message>();
  /** Where the last two pages begin: what is new stands there. */
  private tail: (string | null)[] = [null];
  private loading: Promise<void> | null = null;

  constructor(private readonly conversationId: string) {}

  /** Reads what is not here yet; after the first time, only what may be new. */
  load(): Promise<void> {
    this.loading ??= this.read().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  /** A conversation that begins here: there is nothing to be read. */
  begin(): void {
    this.store.update((state) => ({ ...state, status: 'ready' }));
  }

  put(...messages: Message[]): void {
    for (const message of messages) this.take(message);
    this.show();
  }

  choose(id: string | null): void {
    this.store.update((state) => ({ ...state, chosen: id }));
  }

  private async read(): Promise<void> {
    const path = `/api/convos/${encodeURIComponent(this.conversationId)}/messages`;
    try {
      for (let cursor = this.tail[0]; ;) {
        const page: Page<Message> = await call('GET', path + query({ limit: PAGE, cursor }));
        for (const message of page.items) this.take(message);
        if (page.nextCursor === null) break;
        cursor = page.nextCursor;
        this.tail = [...this.tail, cursor].slice(-2);
        if (this.store.get().status !== 'ready') this.store.update((state) => ({ ...state, loaded: this.byId.size }));
      }
      this.store.update((state) => ({ ...state, status: 'ready', error: null }));
      this.show();
    } catch (error) {
      this.store.update((state) => (state.status === 'ready' ? state : { ...state, status: 'failed', error }));
    }
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
    this.store.update((state) => ({ ...state, tree, loaded: this.byId.size }));
  }
}
