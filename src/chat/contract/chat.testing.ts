import { v7 } from 'uuid';
import { NEW_CONVERSATION } from '../store/index.js';
import type {
  AnswerEnd,
  ChatStore,
  Claim,
  Conversation,
  Message,
  MessageRef,
  Messages,
  Turn,
  Writing,
} from '../store/index.js';

/** The three stores of this feature over one backend. */
export interface ChatStores extends ChatStore {
  close(): Promise<void>;
}

export const newId = (): string => v7();

export function newConversation(userId: string, change: Partial<Conversation> = {}): Conversation {
  return {
    ...NEW_CONVERSATION,
    ...{ id: newId(), userId, title: 'First words', endpoint: 'demo', model: 'demo-1' },
    ...{ createdAt: new Date(), updatedAt: new Date() },
    ...change,
  };
}

/** A turn with a question; the conversation is new unless given. */
export function newTurn(
  userId: string,
  change: Partial<Turn> & { text?: string; parentId?: string | null } = {},
): Turn {
  const { text = 'What is it?', parentId = null, ...rest } = change;
  const conversation = change.conversation ?? newConversation(userId);
  const question = { id: newId(), parentId, text };
  const answer = { id: newId(), parentId: question.id, endpoint: 'demo', model: 'demo-1', params: {} };
  return { userId, conversation, question, answer, ...rest };
}

/** The turn's answer. */
export function answerRef(turn: Turn): MessageRef {
  const { conversation } = turn;
  return { conversationId: typeof conversation === 'string' ? conversation : conversation.id, id: turn.answer.id };
}

/** Asks, and gives back the answer's ref. */
export async function ask(messages: Messages, turn: Turn): Promise<MessageRef> {
  await messages.appendTurn(turn);
  return answerRef(turn);
}

export function claimed(claim: Claim): Writing {
  if (!('claimed' in claim)) throw new Error(`refused: ${claim.refused}`);
  return claim.claimed;
}

/** Ends the answer as its owner, and gives it back. */
export async function finish(messages: Messages, ...end: Parameters<Messages['finish']>): Promise<Message | null> {
  return (await messages.finish(...end))?.message ?? null;
}

/** Asks, claims and ends; gives back the answer as it stands. */
export async function askAndAnswer(
  messages: Messages,
  turn: Turn,
  end: AnswerEnd = { status: 'complete', text: 'It is this.' },
): Promise<Message> {
  const ref = await ask(messages, turn);
  const owner = newId();
  const { epoch } = claimed(await messages.claim(ref, owner, { staleMs: 5000 }));
  const message = await finish(messages, ref, epoch, owner, end);
  if (!message) throw new Error('not ended');
  return message;
}

/** Waits until the clock shows another millisecond, so that times differ. */
export async function nextMs(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
}
