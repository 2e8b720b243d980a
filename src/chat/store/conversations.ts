import { absentValues, type Fields, type Having, namesWith } from '../../../libs/fields/index.js';
import type { Page, PageRequest } from '../../../libs/paging/index.js';
import { wellFormedFields } from '../../../libs/text/index.js';

/** How long a tombstone outlives its conversation: longer than any job or message log may come back. ms. */
export const TOMBSTONE_MS = 24 * 60 * 60 * 1000;

export interface Conversation {
  id: string;
  userId: string;
  title: string;
  endpoint: string;
  model: string;
  instructions: string | null;
  temperature: number | null;
  pinned: boolean;
  archived: boolean;
  createdAt: Date;
  /** Last activity: a question, an answer's end, or a change. */
  updatedAt: Date;
  /** The message with the greatest id; an asker who names no parent means this one. */
  newestMessageId: string | null;
}

/** What a search of titles reads: without the instructions, which may be long. */
export type Titled = Pick<Conversation, 'id' | 'title' | 'updatedAt'>;

/**
 * What is known of each field of a conversation. Columns, rows, documents, what clients see, what people may change and
 * what a copy is compared by come from here. Those without `absent` keep their order: it is that of the digest of copies.
 */
export const CONVERSATION_FIELDS = {
  id: { kind: 'text', view: true, fixed: true },
  userId: { kind: 'text', fixed: true },
  title: { kind: 'text', view: true, patch: true },
  endpoint: { kind: 'text', view: true, patch: true },
  model: { kind: 'text', view: true, patch: true },
  instructions: { kind: 'text', view: true, patch: true },
  temperature: { kind: 'number', view: true, patch: true },
  pinned: { kind: 'boolean', view: true, patch: true },
  archived: { kind: 'boolean', view: true, patch: true },
  createdAt: { kind: 'time', view: true, fixed: true },
  updatedAt: { kind: 'time', view: true },
  newestMessageId: { kind: 'text' },
} as const satisfies Fields<Conversation>;

/** What every new conversation has, unless something else is asked for. */
export const NEW_CONVERSATION = {
  ...absentValues(CONVERSATION_FIELDS),
  ...{ instructions: null, temperature: null, pinned: false, archived: false, newestMessageId: null },
} as const;

const PATCHED = namesWith(CONVERSATION_FIELDS, 'patch');
export type ConversationPatch = Partial<Pick<Conversation, Having<typeof CONVERSATION_FIELDS, 'patch'>>>;

/** What a patch changes of the row. A title is no activity: the list keeps its order. Without fields: nothing. */
export function changeOf(patch: ConversationPatch, now: number): Partial<Conversation> {
  const given = PATCHED.filter((name) => patch[name] !== undefined);
  const change = wellFormedFields(Object.fromEntries(given.map((name) => [name, patch[name]])) as ConversationPatch);
  const isActivity = given.some((name) => name !== 'title');
  return isActivity ? { ...change, updatedAt: new Date(now) } : change;
}

/**
 * A user's conversations. A conversation is made by `Messages.appendTurn`, with its first question.
 * Another user's conversation, and one that is buried, is absent: null, never an error.
 * Rejects with `dependency_down` where the backend does not answer or can't write (a full disk).
 *
 * **Deleting** has two steps. `bury` leaves a tombstone at once: nothing can be read or written any more, while whoever
 * deletes ends what is being written. `remove` then drops messages and row. The tombstone outlives the row by 24 h, so
 * that a late writer can't bring anything back.
 */
export abstract class Conversations {
  abstract get(userId: string, id: string): Promise<Conversation | null>;

  /** Newest activity first. `pinned` undefined: both. */
  abstract list(
    userId: string,
    filter: { archived: boolean; pinned?: boolean },
    page: PageRequest,
  ): Promise<Page<Conversation>>;

  /** As `list` of pinned and others together, in its order and with its cursors. */
  abstract titles(userId: string, filter: { archived: boolean }, page: PageRequest): Promise<Page<Titled>>;

  /** Changes what is given and `updatedAt`; a patch of `title` alone leaves `updatedAt`. */
  abstract update(userId: string, id: string, patch: ConversationPatch): Promise<Conversation | null>;

  /** Sets the title only where it still is `expected`: somebody may have chosen one meanwhile. */
  abstract retitle(id: string, expected: string, title: string): Promise<Conversation | null>;

  /** First step of deleting. True if this call did, or an unfinished burial stands. */
  abstract bury(userId: string, id: string): Promise<boolean>;

  /** Whether a tombstone lies on it. */
  abstract isBuried(id: string): Promise<boolean>;

  /** Buried ones whose rows are still there, buried at least so long ago. */
  abstract unfinishedBurials(olderThanMs: number, limit: number): Promise<Array<{ id: string; userId: string }>>;

  /** Last step of deleting: drops the messages and the row; keeps the tombstone. Any number of times. */
  abstract remove(id: string): Promise<void>;

  /** Ids of a user's conversations, buried but unfinished ones too; at most `limit`. For deleting an account. */
  abstract idsOfUser(userId: string, limit: number): Promise<string[]>;
}
