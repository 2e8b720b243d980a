import type { Page, PageRequest } from '../../../libs/paging/index.js';
import type { Snippet } from '../../../libs/text/index.js';
import type {
  Accepted,
  AnswerEnd,
  Claim,
  ClaimOptions,
  Ended,
  LetGo,
  Message,
  MessageRef,
  MessageStatus,
  Save,
  SaveResult,
  Turn,
  Writing,
} from './message.js';

/** `asc`: oldest first. */
export type Order = 'asc' | 'desc';

/** `maxBytes`: of texts and other parts, in UTF-8. */
export type MessagePage = PageRequest & { maxBytes?: number };

/** How an answer stands; absent ones are not in the list. */
export interface Standing extends MessageRef {
  status: MessageStatus;
  epoch: number;
}

/**
 * The messages of conversations: a tree by `parentId`, and of each answer who may write it.
 *
 * **The store owns the epoch; only the epoch's owner writes.** Two operations change the owner: `claim` (a worker's) and
 * `seize` (who ends an answer that is in nobody's hand: stop, delete, sweep). All stamps and comparisons are by the
 * store's clock, but for `createdAt`, which is its writer's, as the id is. A guarded write that matches nothing reads
 * again: where the end it wanted stands by its own hand (same epoch, same owner) it held, because the same write twice is
 * once. Under a tombstone nothing is written; a save never inserts.
 *
 * Ids are UUIDv7 and sort by time; a child's sorts after its parent's. Each method is atomic unless it says otherwise.
 * Rejects with `dependency_down` where the backend does not answer or can't write (a full disk); `appendTurn` and `finish`
 * with `body_too_large` (413) where a text is longer than the store will ever take, and then nothing is written. A save or a
 * letting-go of such a text keeps what stands.
 */
export abstract class Messages {
  /**
   * Writes a question and its empty answer (`generating`, epoch 0), makes or touches the conversation; all or nothing.
   * Again with the same ids: once. Errors: `conversation_unknown` (404; also buried, also another user's),
   * `conversation_changed` (409), `message_unknown` (404: the parent, or for an answer alone the question, is not there),
   * `generation_running` (409: the question's parent is still being written).
   */
  abstract appendTurn(turn: Turn): Promise<Accepted>;

  /** A user's message. Another user's, and one under a tombstone, is null. */
  abstract get(userId: string, ref: MessageRef): Promise<Message | null>;

  /** A message wherever it is, by id alone, of this user. For addresses that carry no conversation. */
  abstract find(userId: string, id: string): Promise<Message | null>;

  /** An answer with who writes it, also one that has ended. Null: not there or under a tombstone. */
  abstract getWriting(ref: MessageRef): Promise<Writing | null>;

  /**
   * The whole tree, oldest (`asc`) or newest (`desc`) first; what is written meanwhile moves no page. A page ends before
   * `limit` where its texts would be more than `maxBytes`; it holds one message at least, whatever its length.
   */
  abstract list(userId: string, conversationId: string, page: MessagePage, order?: Order): Promise<Page<Message>>;

  /**
   * The message and its ancestors, oldest first: of more than `limit`, or than `maxChars` characters (as the store counts
   * them), the newest ones. The message itself whatever its length.
   */
  abstract branch(ref: MessageRef, limit: number, maxChars?: number): Promise<Message[]>;

  /**
   * Makes `owner` the one who writes: epoch + 1, `touchedAt` now, `dueAt` null. Refused as `busy` where an owner who has
   * not let go touched it within `staleMs`, unless it is `from`: an owner may claim its own next epoch. An owner that is
   * replaced and had not let go counts as a death, `from` does not. Again by the same owner, without `from`: once. What an
   * answer is held for stays with it, until its owner lets it go or ends it.
   */
  abstract claim(ref: MessageRef, owner: string, options: ClaimOptions): Promise<Claim>;

  /**
   * Ends an answer that nobody may be writing: only where epoch and `touchedAt` still are as read, and it has not ended.
   * True if this call did, or the same call before.
   */
  abstract seize(ref: MessageRef, asRead: { epoch: number; touchedAt: number }, end: AnswerEnd): Promise<boolean>;

  /** Ends the answer as its owner. Null: it is not this owner's any more. A stop flag makes `interrupted` a `stopped`. */
  abstract finish(ref: MessageRef, epoch: number, owner: string, end: AnswerEnd): Promise<Ended | null>;

  /**
   * Keeps the texts of running answers: one bulk write, then one read. Never text by empty text. Only what matches epoch
   * and owner is written, and touched. Not atomic over the list; results in its order.
   */
  abstract save(saves: Save[]): Promise<SaveResult[]>;

  /**
   * The owner gives the answer back, to be gone on with at `dueInMs` from now: keeps text and what was spent so far, sets
   * `attempts`. Null where it isn't this owner's any more. Where somebody asked to stop meanwhile, it ends as `stopped`.
   */
  abstract letGo(ref: MessageRef, epoch: number, owner: string, state: LetGo): Promise<Writing | null>;

  /**
   * Sets the stop flag of an answer that is being written. Gives back how it stands after: with an owner, that one ends
   * it; without, the caller may `seize`. Null: it has ended, or is not there.
   */
  abstract requestStop(ref: MessageRef): Promise<Writing | null>;

  /** How these answers stand, in one query. */
  abstract standings(refs: MessageRef[]): Promise<Standing[]>;

  /**
   * Answers being written (`generating`) that nobody touched for so long, oldest first. Left out: buried ones', those that
   * are held for a person, and those that need more than `KNOWN_FORM`.
   */
  abstract untouched(forMs: number, limit: number): Promise<Writing[]>;

  /**
   * Puts right turns whose writer died on the way, so long ago: whole where their conversation has taken them in, else gone.
   * Gives back the answers that were accepted by that. Where a turn is one transaction there are none.
   */
  async recoverTurns(_olderThanMs: number, _limit: number): Promise<Writing[]> {
    return [];
  }

  /** A user's answers that are being written. */
  abstract writingOfUser(userId: string): Promise<Writing[]>;

  /** Answers of a conversation that are being written, also under a tombstone. For deleting. */
  abstract writingOfConversation(conversationId: string): Promise<Writing[]>;

  /** Answers of a conversation that ended within so long, also under a tombstone. For deleting. */
  abstract endedOfConversation(conversationId: string, withinMs: number): Promise<Message[]>;

  /** `seize` for deleting: works under a tombstone, whoever owns it and whatever it was read as. Gives back the message. */
  abstract seizeForDeletion(ref: MessageRef): Promise<Message | null>;
}

export interface SearchHit {
  message: Pick<Message, 'id' | 'conversationId' | 'role' | 'createdAt'>;
  title: string;
  snippet: Snippet;
}

/**
 * Finds messages that hold every word of the query, the last one as a prefix, blind to case and accents, newest first.
 * What a word is says `tokens()` of `libs/text`, for every backend. A query without a word finds nothing.
 * A message can be found as soon as it is stored; an answer when it has ended. Messages under a tombstone, and other
 * users', are not found. Of a message with more than 20,000 different words (`MOST_WORDS`) the rest may not be found.
 *
 * What grows with the texts is done in pieces, between which everything else runs (`Pace`).
 */
export abstract class MessageSearch {
  abstract search(userId: string, query: string, page: PageRequest): Promise<Page<SearchHit>>;
}
