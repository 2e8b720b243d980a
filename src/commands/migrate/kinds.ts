import { absentValues, type AnyFields, type Having, namesWithout } from '../../../libs/fields/index.js';
import type { MongoCollection } from '../../../libs/mongo/index.js';
import { API_KEY_FIELDS } from '../../auth/keys/api-key.js';
import type { ApiKeyDocument } from '../../auth/keys/mongo/key-documents.js';
import type { UserDocument } from '../../auth/users/mongo/user-documents.js';
import {
  type ConversationDocument,
  type MessageDocument,
  isTooLong,
  words,
} from '../../chat/mongo/chat-collections.js';
import { STORED_FILE_FIELDS } from '../../files/store/index.js';
import type { FileDocument } from '../../files/store/mongo/file-collections.js';
import { CONVERSATION_FIELDS, STORED_FIELDS } from '../../chat/store/index.js';
import type { Counted, Later } from './content.js';
import type { SourceDocuments } from './source-documents.js';
import type { Target } from './target.js';

export interface Copied {
  _id: string;
  migrated?: string;
}

/** What is copied in one go. */
export interface Kind<T extends Copied> {
  name: 'accounts' | 'keys' | 'conversations' | 'messages' | 'files';
  fields: Counted<T>;
  later?: Later<T>;
  total: number;
  /** The next ones of the source. */
  read(after: string): T[];
  /** In which collections they belong; what belongs nowhere is left out. */
  place(docs: T[]): Array<[MongoCollection<T>, T[]]>;
  /** With what the store adds for itself. */
  completed(doc: T): T;
  /** Why it can't be stored. */
  refused?(doc: T): string | undefined;
  /** Whether people may have made the one on the left of the one that was copied, on the right. */
  mayHaveBecome(there: T, copied: T): boolean;
  /** Whether the one that is there was changed later than the source's. */
  isNewer(there: T, here: T): boolean;
  /** Of those that are not there: which must not be made (again). */
  deleted(docs: T[]): Promise<Set<string>>;
  /** Whether the one that is there is what people's deleting it left. */
  isTombstone?(there: T): boolean;
  /** Before a document takes the place of an older copy. */
  beforeReplacing?(doc: T): Promise<void>;
  /** Remembers that these were copied. */
  note(docs: T[]): Promise<void>;
}

/** By the id a document is found; what came after a release counts as `later`. */
function countedOf<F extends AnyFields & { id: unknown }>(
  fields: F,
): Array<Exclude<keyof F, 'id' | Having<F, 'absent'>> & string> {
  return namesWithout(fields, 'absent').filter((name) => name !== 'id') as Array<
    Exclude<keyof F, 'id' | Having<F, 'absent'>> & string
  >;
}

const idsOf = (docs: Copied[]) => docs.map(({ _id }) => _id);

export function accounts(source: SourceDocuments, target: Target): Kind<UserDocument> {
  return {
    name: 'accounts',
    fields: ['name', 'email', 'passwordHash', 'role', 'disabled', 'deleting', 'createdAt'],
    total: source.countUsers(),
    read: (after) => source.users(after),
    place: (docs) => [[target.users, docs]],
    completed: (doc) => doc,
    mayHaveBecome: (there, { email, createdAt }) => there.email === email && +there.createdAt === +createdAt,
    isNewer: () => false,
    deleted: (docs) => target.everCopied(idsOf(docs)),
    note: (docs) => target.noteCopied(idsOf(docs)),
  };
}

/** When one was used does not count: it is noted on both sides. */
export function keys(source: SourceDocuments, target: Target): Kind<ApiKeyDocument> {
  return {
    name: 'keys',
    fields: countedOf(API_KEY_FIELDS).filter((name) => name !== 'lastUsedAt'),
    total: source.countKeys(),
    read: (after) => source.keys(after),
    place: (docs) => [[target.keys, docs]],
    completed: (doc) => doc,
    // Renamed.
    mayHaveBecome: (there, { hash, userId }) => there.hash === hash && there.userId === userId,
    isNewer: () => false,
    deleted: (docs) => target.everCopied(idsOf(docs)),
    note: (docs) => target.noteCopied(idsOf(docs)),
  };
}

export function conversations(source: SourceDocuments, target: Target): Kind<ConversationDocument> {
  const isTombstone = (doc: ConversationDocument) => Boolean(doc.buriedAt);
  return {
    name: 'conversations',
    fields: [...countedOf(CONVERSATION_FIELDS), 'buriedAt', 'removedAt'],
    later: absentValues(CONVERSATION_FIELDS),
    total: source.countConversations(),
    read: (after) => source.conversations(after),
    place: (docs) => [[target.chat.conversations, docs]],
    completed: (doc) => doc,
    mayHaveBecome: (there, copied) => there.updatedAt >= copied.updatedAt,
    isNewer: (there, here) => !isTombstone(here) && there.updatedAt > here.updatedAt,
    isTombstone,
    deleted: (docs) => target.everCopied(idsOf(docs)),
    // A conversation that was deleted in the source: its messages first, so that none is left however this ends.
    beforeReplacing: async (doc) => {
      if (!isTombstone(doc)) return;
      const filter = { conversationId: doc._id };
      await target.chat.messages.of(doc._id)?.run((messages) => messages.deleteMany(filter));
    },
    note: (docs) => target.noteCopied(idsOf(docs)),
  };
}

export function messages(source: SourceDocuments, target: Target): Kind<MessageDocument> {
  return {
    name: 'messages',
    fields: [...countedOf(STORED_FIELDS), 'writing'],
    later: absentValues(STORED_FIELDS),
    total: source.countMessages(),
    read: (after) => source.messages(after),
    place: (docs) => target.chat.messages.group(docs),
    completed: withWords,
    refused: ({ text }) => (isTooLong(text) ? 'is too large for MongoDB' : undefined),
    // One that has ended is not changed any more; deleting its conversation marks it.
    mayHaveBecome: ({ buried }) => buried === true,
    isNewer: (there, here) => there.updatedAt > here.updatedAt,
    deleted: (docs) => ofDeleted(docs, target),
    note: async () => {},
  };
}

/** Their contents are copied before; which id a content has there may differ. */
export function files(
  source: SourceDocuments,
  target: Target,
  contentIds: ReadonlyMap<string, string>,
): Kind<FileDocument> {
  return {
    name: 'files',
    fields: countedOf(STORED_FILE_FIELDS).filter((name) => name !== 'contentId'),
    total: source.countFiles(),
    read: (after) =>
      source.files(after).map((doc) => ({ ...doc, contentId: contentIds.get(doc.contentId) ?? doc.contentId })),
    place: (docs) => [[target.files.files, docs]],
    completed: (doc) => doc,
    // Read, held or let go, looked at by the sweep.
    mayHaveBecome: (there, { sha256, userId }) => there.sha256 === sha256 && there.userId === userId,
    isNewer: () => false,
    deleted: (docs) => target.everCopied(idsOf(docs)),
    note: (docs) => target.noteCopied(idsOf(docs)),
  };
}

function withWords(doc: MessageDocument): MessageDocument {
  return { ...doc, tokens: words(doc.text) };
}

/** Messages of conversations that were deleted where they would be copied to. Conversations are copied first. */
async function ofDeleted(docs: MessageDocument[], target: Target): Promise<Set<string>> {
  const ids = [...new Set(docs.map(({ conversationId }) => conversationId))];
  if (ids.length === 0) return new Set();
  const found = await target.chat.conversations.run((collection) =>
    collection.find({ _id: { $in: ids }, buriedAt: null }, { projection: { _id: 1 } }).toArray(),
  );
  const there = new Set(idsOf(found));
  return new Set(idsOf(docs.filter(({ conversationId }) => !there.has(conversationId))));
}
