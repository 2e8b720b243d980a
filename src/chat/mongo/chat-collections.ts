import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { mongo } from 'mongoose';
import { tooLarge } from '../../../libs/errors/index.js';
import { type DocumentOf, fromDocument, projectionOf, toDocument, typesOf } from '../../../libs/fields/index.js';
import {
  BulkWriteBatcher,
  type MongoCollection,
  type MongoDatabase,
  Partitions,
  UpdateBatcher,
} from '../../../libs/mongo/index.js';
import { eachToken, MOST_WORDS } from '../../../libs/text/index.js';
import { CONVERSATION_FIELDS, KNOWN_FORM, READ_FIELDS, statusOf, STORED_FIELDS } from '../store/index.js';
import { storedStatus, TOMBSTONE_MS, toMessage, toWriting } from '../store/index.js';
import type { Conversation, Message, StoredMessage, Writing } from '../store/index.js';

/** What a conversation's document has beside its fields. */
@Schema({ versionKey: false })
class ConversationState {
  /** Answers of the turns that were accepted last: whose turn is in here was accepted, whatever came after it. */
  @Prop({ type: [String] }) lastTurns: string[];
  @Prop({ type: Date }) buriedAt?: Date | null;
  /** Buried, and its rows are still there. */
  @Prop({ type: Boolean }) burying?: boolean;
  @Prop({ type: Date }) removedAt?: Date | null;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

/** A conversation in MongoDB. When it is deleted, this document becomes its tombstone: one write decides for both. */
export type ConversationDocument = DocumentOf<Conversation> & ConversationState;

export const conversationSchema = SchemaFactory.createForClass(ConversationState)
  .add(typesOf(CONVERSATION_FIELDS))
  // Conversations.list, newest activity first; Conversations.idsOfUser
  .index({ userId: 1, archived: 1, updatedAt: -1, _id: -1 })
  // Conversations.list of the few pinned ones among many
  .index({ userId: 1, archived: 1, pinned: 1, updatedAt: -1, _id: -1 }, { partialFilterExpression: { pinned: true } })
  // Conversations.unfinishedBurials
  .index({ burying: 1, buriedAt: 1 }, { partialFilterExpression: { burying: true } })
  // The tombstone's end, by the server itself
  .index({ removedAt: 1 }, { expireAfterSeconds: TOMBSTONE_MS / 1000 });

/** What a message's document has beside its fields. */
@Schema({ versionKey: false })
class MessageState {
  /** An answer that is being accepted or written, and needs no more than form 1. */
  @Prop({ type: Boolean }) writing: boolean;
  /** The same of one that needs more: how much. Apart, so that a build before 0.2 does not find it. Null or missing else. */
  @Prop({ type: Number }) pending?: number | null;
  /** Its conversation is under a tombstone: so a single guard sees it. */
  @Prop({ type: Boolean }) buried?: boolean;
  /**
   * Which call claimed it or let it go last: who gets no answer knows its own doing again, where owner and epoch are its
   * own, too. Builds before 0.2 call it `hand`, and leave this one as it is.
   */
  @Prop({ type: String }) callId?: string;
  /** The last claim replaced an owner who had not let go. */
  @Prop({ type: Boolean }) vanished?: boolean;
  /** The words of a question, or of an answer that has ended. */
  @Prop({ type: [String] }) tokens?: string[];
  /** Ended with the text that stood: its words are entered before the next search of its user. */
  @Prop({ type: Boolean }) unindexed?: boolean;
  /** Who copied it here and as what, where `npm run migrate` did: so it knows what it may replace. */
  @Prop({ type: String }) migrated?: string;
}

/** A message in MongoDB. `accepting`: of a turn that is not in its conversation yet; nobody sees it. */
export type MessageDocument = Omit<DocumentOf<StoredMessage, 'touchedAt' | 'dueAt'>, 'status'> &
  MessageState & { status: Message['status'] | `generating/${number}` | 'accepting' };

export const messageSchema = SchemaFactory.createForClass(MessageState)
  .add(typesOf(STORED_FIELDS))
  // Messages.list, branch, writingOfConversation; Conversations.bury, remove
  .index({ conversationId: 1, _id: 1 })
  // Messages.untouched, writingOfUser: only what is being written is in it
  .index({ writing: 1, userId: 1 }, { partialFilterExpression: { writing: true } })
  // The same, of those that need more than form 1
  .index({ pending: 1, userId: 1 }, { partialFilterExpression: { pending: { $gt: 1 } } })
  // MessageSearch.search, newest first, by a whole word
  .index({ userId: 1, tokens: 1, _id: -1 })
  // MessageSearch.search for a word's beginning alone: where many messages hold it, the newest are found soon by this one
  .index({ userId: 1, _id: -1 })
  // MessageSearch.search, before it: nearly always empty
  .index({ unindexed: 1, userId: 1 }, { partialFilterExpression: { unindexed: true } });

/** For reads of messages: all but the words, which may be as long as the text. */
export const READ_MESSAGE = { projection: projectionOf(READ_FIELDS) } as const;

/** Of an answer, also who writes it; with the store's time of reading. */
const ANSWER_FIELDS = { ...projectionOf(STORED_FIELDS), callId: 1, vanished: 1, now: '$$NOW' } as const;
export type ReadAnswer = MessageDocument & { now: Date };

/** For reads of answers, and for writes that give back what they wrote. */
export const READ_ANSWER = { projection: ANSWER_FIELDS, returnDocument: 'after' } as const;

/** A condition: what readers may see. */
export const VISIBLE = { buried: { $ne: true }, status: { $ne: 'accepting' } } satisfies mongo.Filter<MessageDocument>;

/** How the status of an answer that is being written stands, of all forms that this build knows. */
export const GENERATING = Array.from({ length: KNOWN_FORM }, (_, i) =>
  storedStatus({ status: 'generating', needs: i + 1 }),
) as Array<MessageDocument['status']>;

/** Conditions, one of which holds of each answer that is being accepted or written, whatever its form. */
export const IN_WORK = [{ writing: true }, { pending: { $gt: 1 } }];

function shownStatus({ status }: MessageDocument): Message['status'] {
  return status === 'accepting' ? 'generating' : statusOf(status);
}

export const docToConversation = fromDocument<Conversation>(CONVERSATION_FIELDS);

const toReadFields = fromDocument<Message & Pick<StoredMessage, 'epoch'>>(READ_FIELDS);
export function docToMessage(doc: MessageDocument): Message {
  const message = toMessage(toReadFields(doc));
  message.status = shownStatus(doc);
  return message;
}

const toStoredFields = fromDocument<StoredMessage>(STORED_FIELDS);
export function docToStored(doc: MessageDocument): StoredMessage {
  const stored = toStoredFields(doc);
  stored.status = shownStatus(doc);
  return stored;
}

export function toRead(doc: ReadAnswer): Writing {
  return toWriting(docToStored(doc), doc.now.getTime());
}

const toFields = toDocument<StoredMessage, DocumentOf<StoredMessage, 'touchedAt' | 'dueAt'>>(STORED_FIELDS);
/** All but the store's stamp. */
export function storedToDoc(row: StoredMessage): Omit<MessageDocument, 'touchedAt'> {
  const { touchedAt: _, ...fields } = toFields(row);
  const isAnswer = row.role === 'assistant';
  const marks = row.needs > 1 ? { writing: false, pending: row.needs } : { writing: isAnswer };
  return { ...fields, status: 'accepting', ...marks, ...(isAnswer ? {} : entered(row.text)) };
}

/** One guarded write: what a rule says of an answer, as the server decides it, by its own clock. */
export interface Guarded {
  filter: mongo.Filter<MessageDocument>;
  update: Array<{ $set: Record<string, unknown> } | { $unset: string }>;
}

/** What the MongoDB adapters of this feature share. */
export class ChatCollections {
  readonly conversations: MongoCollection<ConversationDocument>;
  readonly messages: Partitions<MessageDocument, { conversationId: string }>;
  /** The writes that each turn makes. Under load those of several turns go together. */
  readonly turnWrites = new BulkWriteBatcher<MessageDocument>();
  readonly conversationChanges = new UpdateBatcher<ConversationDocument>();
  readonly answerChanges = new UpdateBatcher<MessageDocument, ReadAnswer>({
    visible: VISIBLE,
    projection: ANSWER_FIELDS,
  });

  constructor(
    readonly database: MongoDatabase,
    /** `lazy`: no index is made before something is written. */
    { partition, lazy = false }: { partition: 'none' | 'month'; lazy?: boolean },
  ) {
    this.conversations = database.collection<ConversationDocument>('conversations', conversationSchema, { lazy });
    this.messages = new Partitions(database, {
      ...{ name: 'messages', schema: messageSchema, partition, lazy },
      keyOf: ({ conversationId }) => conversationId,
    });
  }
}

/** Longer texts, in characters, are only noted: to find their words takes longer than others should wait for it. */
const ENTERED_AT_ONCE = 20_000;

/** How a text comes into the search: with its words, or to be looked at before the next search of its user. */
export function entered(text: string): { tokens: string[] } | { unindexed: true } {
  return text.length > ENTERED_AT_ONCE ? { unindexed: true } : { tokens: words(text) };
}

/** The words of a text, each once; see `differentWords` for how many. In one piece. */
export function words(text: string): string[] {
  const found = new Set<string>();
  for (const { token } of eachToken(text)) if (found.size < MOST_WORDS) found.add(token);
  return [...found];
}

/**
 * Most bytes of a message's text in MongoDB, as UTF-8. A document takes 16 MiB (16,777,216); beside its text a message has
 * its words, at most 20,000 of 192 bytes and 14 around each, and the instructions it was asked with. The longest answer,
 * of 4,000,000 characters, has 12,000,000.
 */
export const MOST_TEXT_BYTES = 12_500_000;

export function isTooLong(text: string): boolean {
  return text.length * 3 > MOST_TEXT_BYTES && Buffer.byteLength(text) > MOST_TEXT_BYTES;
}

/** Throws `body_too_large` (413). */
export function requireFits(text = ''): void {
  if (isTooLong(text)) throw tooLarge();
}
