import { ROW_FORM } from '../../lifecycle/forms.js';
import type { AnswerErrorCode, ErrorParams } from '../../../libs/errors/index.js';
import { absentValues, type Fields } from '../../../libs/fields/index.js';
import type { FinishReason, ReasoningEffort } from '../../../libs/models/index.js';
import { type Parts, type PartsChange, type StoredPart, validParts } from './parts.js';

export * from './parts.js';
import type { Conversation } from './conversations.js';

/** Where a message is: a partitioned store finds it without a look-up. */
export interface MessageRef {
  conversationId: string;
  id: string;
}

export type MessageStatus = 'complete' | 'generating' | 'stopped' | 'interrupted';

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  /** Of the input, read from the provider's cache; of the output, thoughts. Only where the provider tells them. */
  cachedInputTokens?: number;
  reasoningTokens?: number;
  /** The provider gave no count. */
  estimated?: boolean;
}

/** Why an answer is `interrupted`: what the `error` event said. `params`: what the catalogue says of the code. */
export interface MessageError {
  code: AnswerErrorCode;
  title: string;
  retryable: boolean;
  params?: ErrorParams<AnswerErrorCode>;
}

export interface Message extends MessageRef {
  userId: string;
  parentId: string | null;
  role: 'user' | 'assistant';
  text: string;
  /** Null: only text. */
  parts: Parts | null;
  status: MessageStatus;
  /** Of an answer: who is asked, and once it has ended who wrote it. */
  endpoint: string | null;
  model: string | null;
  usage: Usage | null;
  error: MessageError | null;
  /**
   * Why the provider ended the answer; null while it is written, where it was stopped or failed, and where nobody said. A
   * `content-filter` stands beside the error of an `interrupted` one.
   */
  finishReason: FinishReason | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What the asker wanted of this one answer; kept with it, because the job carries only ids. */
/** The key by which a program asked, as far as it says what the answer may cost. */
export interface AnswerKey {
  id: string;
  /** Null: without a limit of its own. */
  tokensPerDay: number | null;
}

/** A model of an endpoint. */
export interface AskedModel {
  endpoint: string;
  model: string;
}

export interface AnswerParams {
  instructions?: string;
  temperature?: number;
  maxTokens?: number;
  reasoningEffort?: ReasoningEffort;
  /** What is not set here may be set in the conversation, where the answer's time has come. */
  inherits?: true;
  /** Undefined: a person asked. */
  key?: AnswerKey;
  /** Who may be asked instead, as far as the asker may; undefined: nobody. */
  fallbacks?: AskedModel[];
}

/** An answer that is being written, with what says who may write. */
export interface Writing extends Message {
  params: AnswerParams;
  /** Counts owners. 0: nobody has claimed it yet. */
  epoch: number;
  /** Random id of who writes; null: nobody does (not claimed yet, or let go). */
  owner: string | null;
  /** By the store's clock, ms. Changes with every claim, save and letting go. */
  touchedAt: number;
  /** ms since `touchedAt`, by the store's clock, when this was read. */
  untouchedMs: number;
  /** Somebody asked to stop. */
  stop: boolean;
  /** Attempts that failed. */
  attempts: number;
  /** Owners who vanished without letting go. */
  deaths: number;
  /** When the next attempt is due, ms by the store's clock; null: at once. */
  dueAt: number | null;
  /** Of attempts that ended: `usage` of the present one is added to it. */
  spent: Usage | null;
  /** Which form of rows a build has to know that touches it: see `KNOWN_FORM`. */
  needs: number;
  /** What a person has to do before it goes on. Null: nothing. It is neither swept nor ended for its age, and has no owner. */
  heldFor: string | null;
}

/** A message as a store keeps it. A question has one, too: it has ended from the start. */
export type StoredMessage = Omit<Writing, 'untouchedMs'>;

/**
 * What is known of each field of a message. Columns, rows, documents, projections, what clients see and what a copy is
 * compared by come from here. Those without `absent` keep their order: it is that of the digest of copies.
 */
export const MESSAGE_FIELDS = {
  id: { kind: 'text', view: true, fixed: true },
  conversationId: { kind: 'text', view: true, fixed: true },
  userId: { kind: 'text', fixed: true },
  parentId: { kind: 'text', view: true, fixed: true },
  role: { kind: 'text', view: true, fixed: true },
  text: { kind: 'text', view: true },
  status: { kind: 'text', view: true },
  endpoint: { kind: 'text', view: true },
  model: { kind: 'text', view: true },
  usage: { kind: 'json', view: true },
  error: { kind: 'json', view: true },
  finishReason: { kind: 'text', view: true, absent: null },
  createdAt: { kind: 'time', view: true, fixed: true },
  updatedAt: { kind: 'time', view: true },
  parts: { kind: 'json', absent: null },
} as const satisfies Fields<Message>;

/** What is read for a message: with whose parts hold (see `Parts`). */
export const READ_FIELDS = { ...MESSAGE_FIELDS, epoch: { kind: 'number' } } as const;

/** And of an answer, who may write it. */
export const STORED_FIELDS = {
  ...MESSAGE_FIELDS,
  params: { kind: 'json', fixed: true },
  epoch: { kind: 'number' },
  owner: { kind: 'text' },
  touchedAt: { kind: 'stamp' },
  stop: { kind: 'boolean' },
  attempts: { kind: 'number' },
  deaths: { kind: 'number' },
  dueAt: { kind: 'stamp' },
  spent: { kind: 'json' },
  needs: { kind: 'number', fixed: true, absent: 1 },
  heldFor: { kind: 'text', absent: null },
} as const satisfies Fields<StoredMessage>;

/**
 * The form of rows that this build knows. An answer that needs more is nobody's to claim, sweep, add again or end here; to
 * delete it is a person's right on any build.
 */
export const KNOWN_FORM = ROW_FORM;

/**
 * How the status of an answer stands in a store. One that needs more than form 1 is `generating/2` there while it is written:
 * a build that does not know the form does not find it among what is being written, 0.1 included.
 */
export function storedStatus({ status, needs }: Pick<StoredMessage, 'status' | 'needs'>): string {
  return status === 'generating' && needs > 1 ? `generating/${needs}` : status;
}

/** The other way round, of every form. */
export function statusOf(stored: string): MessageStatus {
  return stored.startsWith('generating/') ? 'generating' : (stored as MessageStatus);
}

/** What every new message has. */
export const NEW_MESSAGE = {
  ...absentValues(STORED_FIELDS),
  ...{ usage: null, error: null, epoch: 0, owner: null, stop: false, attempts: 0, deaths: 0, dueAt: null, spent: null },
} as const;

const SHOWN = Object.keys(MESSAGE_FIELDS) as Array<keyof Message>;

/** Of an answer, what is not about who writes it. */
export function toMessage(row: Message & Pick<StoredMessage, 'epoch'>): Message {
  const message: Partial<Record<keyof Message, unknown>> = {};
  for (const name of SHOWN) message[name] = row[name];
  message.parts = validParts(row.parts, row.epoch);
  return message as Message;
}

/** A question and its answer, as they come into a conversation. */
export interface Turn {
  userId: string;
  /** Made with this turn (the first), or an existing one's id. */
  conversation: Conversation | string;
  /** Undefined: another answer under an existing question. */
  question?: Pick<Message, 'id' | 'parentId' | 'text'> & { parts?: StoredPart[] };
  /** `needs`: 1 where it is not said. */
  answer: Pick<Message, 'id' | 'endpoint' | 'model'> & { parentId: string; params: AnswerParams; needs?: number };
  /** Refuse where the conversation's newest message is another by now. Undefined: don't look. */
  expectedNewest?: string | null;
}

/** What a turn has made, or found where it was here before. */
export interface Accepted {
  question: Message;
  /** Who changes it, reads it again first: when it was touched is not told here. */
  answer: Omit<Writing, 'touchedAt' | 'untouchedMs'>;
  conversation: Conversation;
}

/** What became of a claim. */
export type Claim =
  /** `vanished`: it replaced an owner who had not let go. */
  | { claimed: Writing; vanished: boolean }
  /**
   * `busy`: its owner touched it within `staleMs`. `ended`: nothing to write any more. `absent`: deleted or never there.
   * `held`: a person has to do something first. `newer`: it needs more than `KNOWN_FORM`.
   */
  | { refused: 'busy' | 'ended' | 'absent' | 'held' | 'newer' };

/** `staleMs`: how long its owner may have been silent. `from`: see `claim`. `held`: also one that is held for a person. */
export interface ClaimOptions {
  staleMs: number;
  from?: string;
  held?: true;
}

/** What its owner keeps of an answer while it is written. */
export interface Save extends MessageRef {
  epoch: number;
  owner: string;
  text: string;
  /** With a text, or behind one that this epoch has saved. Undefined: only text. */
  parts?: PartsChange;
  usage: Usage | null;
}

/** How a saved answer stands. `held`: still this owner's. */
export interface SaveResult extends MessageRef {
  held: boolean;
  stop: boolean;
}

/** How an owner leaves an answer. `heldFor`: what a person has to do before it goes on; unset: nothing. */
export interface LetGo {
  text: string;
  parts?: StoredPart[];
  spent: Usage | null;
  attempts: number;
  dueInMs: number;
  heldFor?: string;
}

/** An end that is written with the status. `text` undefined or empty: the text that stands is kept, and its parts with it. */
export interface AnswerEnd {
  status: 'complete' | 'stopped' | 'interrupted';
  text?: string;
  parts?: StoredPart[];
  usage?: Usage | null;
  error?: MessageError;
  /** Of a `stopped` one it is not kept. */
  finishReason?: FinishReason;
  /** Who wrote it, where it is not who was asked. */
  by?: AskedModel;
}

/** An answer as it ended, and its conversation after that; null where it is gone meanwhile. */
export interface Ended {
  message: Message;
  conversation: Conversation | null;
}
