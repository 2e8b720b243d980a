import { infiniteQueryOptions, type InfiniteData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { call, query } from '../api/client.js';
import type { Conversation, Page } from '../api/types.js';
import { Store } from '../store.js';
import { type ListKind, placed, without } from './pages.js';

const PAGE = 100;
const KINDS: ListKind[] = ['recent', 'pinned', 'archived'];

export type ConversationChange = Partial<
  Pick<Conversation, 'title' | 'pinned' | 'archived' | 'endpoint' | 'model' | 'instructions' | 'temperature'>
>;

export function listOptions(kind: ListKind) {
  return infiniteQueryOptions({
    queryKey: ['conversations', kind],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const filter = kind === 'archived' ? { archived: true } : { pinned: kind === 'pinned' };
      return call<Page<Conversation>>('GET', `/api/convos${query({ ...filter, limit: PAGE, cursor: pageParam })}`, {
        signal,
      });
    },
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

export function conversationOptions(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: async ({ signal }) => {
      const path = `/api/convos/${encodeURIComponent(id)}`;
      return (await call<{ conversation: Conversation }>('GET', path, { signal })).conversation;
    },
  });
}

/** The user's conversations, in the cache of the lists. */
export class Conversations {
  /** What becomes of those with which something is done here that can still be undone; null: nothing. */
  readonly held = new Store<ReadonlyMap<string, Conversation | null>>(new Map());

  constructor(private readonly cache: QueryClient) {}

  put(conversation: Conversation): void {
    this.cache.setQueryData(conversationOptions(conversation.id).queryKey, conversation);
    this.changeLists((pages, kind) => placed(pages, kind, conversation));
  }

  remove(id: string): void {
    this.changeLists((pages) => without(pages, id));
    void this.cache.invalidateQueries({ queryKey: ['conversation', id] });
    this.release(id);
  }

  hold(id: string, as: Conversation | null): void {
    this.held.update((held) => new Map(held).set(id, as));
  }

  /** Shows it as it is; where `as` is given only if it is held as that. */
  release(id: string, as = this.held.get().get(id)): void {
    this.held.update((held) => {
      if (!held.has(id) || held.get(id) !== as) return held;
      const next = new Map(held);
      next.delete(id);
      return next;
    });
  }

  async change(id: string, change: ConversationChange, keepalive = false): Promise<void> {
    const path = `/api/convos/${id}`;
    const changed = await call<{ conversation: Conversation }>('PATCH', path, { body: change, keepalive });
    this.put(changed.conversation);
  }

  /** Whether all these are as they are known here, when what is being read has come; of others, that they are older. */
  async areKnown(conversations: Conversation[], since: number): Promise<boolean> {
    const isComing = (kind: ListKind) =>
      this.cache.getQueryState(listOptions(kind).queryKey)?.fetchStatus === 'fetching';
    const coming = KINDS.filter(isComing).map((kind) => this.cache.fetchInfiniteQuery(listOptions(kind)));
    await Promise.allSettled(coming);
    const lists = KINDS.flatMap((kind) => this.cache.getQueryData(listOptions(kind).queryKey)?.pages ?? []);
    const known = new Map(lists.flatMap(({ items }) => items).map((item) => [item.id, item]));
    return conversations.every((conversation) => {
      const { id, updatedAt } = conversation;
      const here = known.get(id) ?? this.cache.getQueryData(conversationOptions(id).queryKey);
      return here ? JSON.stringify(here) === JSON.stringify(conversation) : Date.parse(updatedAt) < since;
    });
  }

  /** Reads what may have changed while nobody told us. */
  async reload(): Promise<void> {
    await this.cache.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('conversation') });
  }

  private changeLists(change: (pages: Page<Conversation>[], kind: ListKind) => Page<Conversation>[]): void {
    for (const kind of KINDS) {
      this.cache.setQueryData(
        listOptions(kind).queryKey,
        (data: InfiniteData<Page<Conversation>, unknown> | undefined) =>
          data ? { ...data, pages: change(data.pages, kind) } : data,
      );
    }
  }
}
