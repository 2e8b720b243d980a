import type { mongo } from 'mongoose';
import type { ConversationDocument, MessageDocument } from '../../chat/mongo/chat-collections.js';
import { storedStatus } from '../../chat/store/index.js';
import type { UpkeepDatabases } from './upkeep-databases.js';

const BATCH = 100;
/** Messages are read in pieces: a conversation may hold any number. */
const MESSAGES = 500;
/** A conversation in which something happens each time it is looked at is taken as it was at the last. */
const LOOKS = 5;

type Conversation = ConversationDocument;

/**
 * Reads all conversations that `filter` takes, oldest first, each whole: its document is read before its messages and
 * again after them, and where a turn came in between, both are read once more. So each is of one moment, though not all of
 * the same, and servers go on meanwhile. (A snapshot of everything would be of one moment, but MongoDB keeps one for five
 * minutes only.) What is deleted meanwhile is left out.
 */
export async function eachConversation(
  databases: UpkeepDatabases,
  filter: mongo.Filter<Conversation>,
  each: (conversation: Conversation, messages: MessageDocument[]) => Promise<void>,
): Promise<void> {
  for (let after = ''; ;) {
    const batch = await databases.chat.conversations.run((all) =>
      all
        .find({ $and: [{ _id: { $gt: after }, buriedAt: null }, filter] })
        .sort({ _id: 1 })
        .limit(BATCH)
        .toArray(),
    );
    if (batch.length === 0) return;
    for (const conversation of batch) {
      const whole = await readWhole(databases, conversation);
      if (whole) await each(...whole);
    }
    after = batch.at(-1)!._id;
  }
}

async function readWhole(
  databases: UpkeepDatabases,
  first: Conversation,
): Promise<[Conversation, MessageDocument[]] | undefined> {
  let before = first;
  for (let look = 1; ; look++) {
    const messages = await messagesOf(databases, first._id);
    const after = await databases.chat.conversations.run((all) => all.findOne({ _id: first._id, buriedAt: null }));
    if (!after) return undefined;
    if (isSame(before, after) || look === LOOKS) return [after, shown(after, messages)];
    before = after;
  }
}

/** Each turn leaves a trace in it, whatever else may have the same time. */
export function isSame(a: Conversation, b: Conversation): boolean {
  return +a.updatedAt === +b.updatedAt && `${a.lastTurns}` === `${b.lastTurns}`;
}

async function messagesOf(databases: UpkeepDatabases, conversationId: string): Promise<MessageDocument[]> {
  const collection = databases.chat.messages.of(conversationId);
  if (!collection) return [];
  const read: MessageDocument[] = [];
  for (;;) {
    const after = read.at(-1)?._id ?? '';
    const page = await collection.run((all) =>
      all
        .find({ conversationId, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(MESSAGES)
        .toArray(),
    );
    read.push(...page);
    if (page.length < MESSAGES) return read.filter(({ buried }) => !buried);
  }
}

/**
 * A turn that its conversation has not taken in is none. One that it has just taken in is there already, though nobody can
 * see it for another moment: the conversation names it as its newest, so it is kept as it is about to be shown.
 */
function shown({ lastTurns = [] }: Conversation, messages: MessageDocument[]): MessageDocument[] {
  const taken = new Set(lastTurns);
  const questions = new Set(messages.filter(({ _id }) => taken.has(_id)).map(({ parentId }) => parentId));
  return messages.flatMap((message) => {
    if (message.status !== 'accepting') return [message];
    if (taken.has(message._id)) return [{ ...message, status: generatingOf(message) }];
    return questions.has(message._id) ? [{ ...message, status: 'complete' as const }] : [];
  });
}

function generatingOf({ needs = 1 }: MessageDocument): MessageDocument['status'] {
  return storedStatus({ status: 'generating', needs }) as MessageDocument['status'];
}
