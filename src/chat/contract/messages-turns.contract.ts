import {
  answerRef,
  ask,
  askAndAnswer,
  claimed,
  newConversation,
  newId,
  newTurn,
  nextMs,
  finish,
} from './chat.testing.js';
import type { ChatStores } from './chat.testing.js';
import type { Turn } from '../store/index.js';

/** How far a store's clock may be from this one. */
const SLACK_MS = 5000;

/** `appendTurn`. Part of `messagesContract`. */
export function turnsContract(open: () => Promise<ChatStores>): void {
  describe('appendTurn', () => {
    let stores: ChatStores;
    const user = newId();

    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.close());

    const refused = (turn: Turn, code: string, status: number) =>
      expect(stores.messages.appendTurn(turn)).rejects.toMatchObject({ name: 'AppError', code, status });
    /** Nothing of a refused turn stands. */
    const nothingOf = async (turn: Turn) => {
      expect(await stores.messages.find(turn.userId, turn.answer.id)).toBeNull();
      if (turn.question) expect(await stores.messages.find(turn.userId, turn.question.id)).toBeNull();
    };

    it('makes conversation, question and empty answer', async () => {
      const turn = newTurn(user, { text: 'What is it? 😀' });
      turn.answer.params = { instructions: 'Be brief', temperature: 0.5, maxTokens: 100 };
      const before = Date.now();
      const { question, answer, conversation } = await stores.messages.appendTurn(turn);
      expect(question).toEqual({
        ...{ id: turn.question!.id, conversationId: conversation.id, userId: user, parentId: null, role: 'user' },
        ...{ text: 'What is it? 😀', status: 'complete', endpoint: null, model: null, usage: null, error: null },
        ...{ parts: null, finishReason: null, createdAt: question.createdAt, updatedAt: question.createdAt },
      });
      expect(answer).toMatchObject({
        ...{ id: turn.answer.id, conversationId: conversation.id, userId: user, parentId: question.id },
        ...{ role: 'assistant', text: '', status: 'generating', endpoint: 'demo', model: 'demo-1', usage: null },
        ...{
          error: null,
          finishReason: null,
          createdAt: answer.createdAt,
          updatedAt: answer.createdAt,
          params: turn.answer.params,
        },
        ...{ epoch: 0, owner: null, stop: false, attempts: 0, deaths: 0 },
        ...{ dueAt: null, spent: null },
      });
      expect(conversation).toMatchObject({ userId: user, title: 'First words', newestMessageId: answer.id });
      expect(conversation.createdAt.getTime()).toBeGreaterThanOrEqual(before - SLACK_MS);
      expect(conversation.createdAt.getTime()).toBeLessThanOrEqual(Date.now() + SLACK_MS);
      expect(await stores.conversations.get(user, conversation.id)).toEqual(conversation);
      const when = { touchedAt: expect.any(Number), untouchedMs: expect.any(Number) };
      expect(await stores.messages.getWriting(answerRef(turn))).toEqual({ ...answer, ...when });
      expect(await stores.messages.get(user, { conversationId: conversation.id, id: question.id })).toEqual(question);
    });

    it('keeps each character it can, and replaces the others', async () => {
      const turn = newTurn(user, { text: 'a\0b\ud800c \u{1f600}\r\n\t"\'' });
      const { question } = await stores.messages.appendTurn(turn);
      expect(question.text).toBe('a\ufffdb\ufffdc \u{1f600}\r\n\t"\'');
      expect((await stores.messages.find(user, question.id))?.text).toBe(question.text);
    });

    it('goes on in a conversation and touches it', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const before = await stores.conversations.get(user, first.conversationId);
      await nextMs();
      const turn = newTurn(user, { conversation: first.conversationId, parentId: first.id });
      const { question, answer, conversation } = await stores.messages.appendTurn(turn);
      expect(question.parentId).toBe(first.id);
      expect(conversation.newestMessageId).toBe(answer.id);
      expect(conversation.updatedAt.getTime()).toBeGreaterThan(before!.updatedAt.getTime());
      expect(conversation.createdAt).toEqual(before!.createdAt);
      expect(await stores.conversations.get(user, conversation.id)).toEqual(conversation);
    });

    it('calls the greatest id the newest, not the last one written', async () => {
      const late = newTurn(user);
      const turn = newTurn(user, { conversation: newConversation(user) });
      const { conversation } = await stores.messages.appendTurn(turn);
      const other = newTurn(user, { conversation: conversation.id });
      const after = await stores.messages.appendTurn(other);
      const older = { ...late, conversation: conversation.id };
      expect((await stores.messages.appendTurn(older)).conversation.newestMessageId).toBe(after.answer.id);
    });

    it('is once, also when it is repeated later', async () => {
      const turn = newTurn(user);
      const first = await stores.messages.appendTurn(turn);
      const again = await stores.messages.appendTurn(turn);
      const when = { touchedAt: expect.any(Number), untouchedMs: expect.any(Number) };
      expect(again).toEqual({ ...first, answer: { ...first.answer, ...when } });
      const ref = answerRef(turn);
      const { epoch } = claimed(await stores.messages.claim(ref, 'o', { staleMs: 5000 }));
      await finish(stores.messages, ref, epoch, 'o', { status: 'complete', text: 'done' });
      await stores.messages.appendTurn(newTurn(user, { conversation: ref.conversationId }));
      const late = await stores.messages.appendTurn({ ...turn, expectedNewest: null });
      expect(late.answer).toMatchObject({ status: 'complete', text: 'done', epoch: 1 });
      expect(late.question).toEqual(first.question);
      expect((await stores.messages.list(user, ref.conversationId, { limit: 10 })).items).toHaveLength(4);
    });

    it('is once when many are the same at once', async () => {
      const turn = newTurn(user);
      const turns = await Promise.all(Array.from({ length: 20 }, () => stores.messages.appendTurn(turn)));
      expect(new Set(turns.map(({ answer }) => answer.id)).size).toBe(1);
      const { conversationId } = answerRef(turn);
      expect((await stores.messages.list(user, conversationId, { limit: 10 })).items).toHaveLength(2);
    });

    it('answers a question again without asking it again', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const turn = newTurn(user, { conversation: first.conversationId });
      const again: Turn = { ...turn, question: undefined, answer: { ...turn.answer, parentId: first.parentId! } };
      const { question, answer } = await stores.messages.appendTurn(again);
      expect(question).toMatchObject({ id: first.parentId, text: 'What is it?' });
      expect(answer).toMatchObject({ parentId: first.parentId, status: 'generating' });
      const repeated = await stores.messages.appendTurn(again);
      expect(repeated.question).toEqual(question);
      expect(repeated.answer.id).toBe(answer.id);
      expect((await stores.messages.list(user, first.conversationId, { limit: 10 })).items).toHaveLength(3);
    });

    it('refuses a conversation that is not there, another user’s and a buried one', async () => {
      const unknown = newTurn(user, { conversation: newId() });
      await refused(unknown, 'conversation_unknown', 404);
      await nothingOf(unknown);
      const { conversationId } = await ask(stores.messages, newTurn(newId()));
      await refused(newTurn(user, { conversation: conversationId }), 'conversation_unknown', 404);
      const taken = newConversation(user, { id: conversationId });
      await refused(newTurn(user, { conversation: taken }), 'conversation_unknown', 404);
      const own = newTurn(user);
      await stores.messages.appendTurn(own);
      await stores.conversations.bury(user, answerRef(own).conversationId);
      await refused(newTurn(user, { conversation: answerRef(own).conversationId }), 'conversation_unknown', 404);
      await refused(own, 'conversation_unknown', 404);
    });

    it('refuses ids that stand elsewhere', async () => {
      const theirs = newTurn(newId());
      await askAndAnswer(stores.messages, theirs);
      const mine = newTurn(user);
      mine.answer = { ...mine.answer, id: theirs.answer.id };
      await refused(mine, 'message_unknown', 404);
      expect(await stores.messages.find(theirs.userId, theirs.answer.id)).toMatchObject({ text: 'It is this.' });
      expect(await stores.conversations.get(user, answerRef(mine).conversationId)).toBeNull();
      expect((await stores.messages.list(user, answerRef(mine).conversationId, { limit: 5 })).items).toEqual([]);
    });

    it('refuses a parent that is not in the conversation', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const elsewhere = await askAndAnswer(stores.messages, newTurn(user));
      for (const parentId of [newId(), elsewhere.id]) {
        const turn = newTurn(user, { conversation: first.conversationId, parentId });
        await refused(turn, 'message_unknown', 404);
        await nothingOf(turn);
      }
      const orphan = newTurn(user, { parentId: first.id });
      await refused(orphan, 'message_unknown', 404);
      expect(await stores.conversations.get(user, answerRef(orphan).conversationId)).toBeNull();
    });

    it('refuses another answer to what is no question there', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const elsewhere = await askAndAnswer(stores.messages, newTurn(user));
      for (const parentId of [newId(), first.id, elsewhere.parentId!]) {
        const turn = newTurn(user, { conversation: first.conversationId });
        const again = { ...turn, question: undefined, answer: { ...turn.answer, parentId } };
        await refused(again, 'message_unknown', 404);
        await nothingOf(again);
      }
    });

    it('refuses a question under an answer that is being written, and allows one beside it', async () => {
      const running = await ask(stores.messages, newTurn(user));
      const under = newTurn(user, { conversation: running.conversationId, parentId: running.id });
      await refused(under, 'generation_running', 409);
      await nothingOf(under);
      const question = (await stores.messages.find(user, running.id))!.parentId!;
      const beside = newTurn(user, { conversation: running.conversationId });
      await stores.messages.appendTurn(beside);
      const again = newTurn(user, { conversation: running.conversationId });
      const sibling = { ...again, question: undefined, answer: { ...again.answer, parentId: question } };
      expect((await stores.messages.appendTurn(sibling)).answer.parentId).toBe(question);
    });

    it('refuses where another question came in between', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const on = { conversation: first.conversationId, parentId: first.id };
      const { answer } = await stores.messages.appendTurn(newTurn(user, { ...on, expectedNewest: first.id }));
      for (const expectedNewest of [first.id, null]) {
        const late = newTurn(user, { ...on, expectedNewest });
        await refused(late, 'conversation_changed', 409);
        await nothingOf(late);
      }
      await stores.messages.appendTurn(newTurn(user, { ...on, expectedNewest: answer.id }));
      await stores.messages.appendTurn(newTurn(user, on));
      await stores.messages.appendTurn(newTurn(user, { expectedNewest: null }));
    });

    it('lets one of many win who expect the same newest', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const turns = Array.from({ length: 20 }, () =>
        newTurn(user, { conversation: first.conversationId, parentId: first.id, expectedNewest: first.id }),
      );
      const outcomes = await Promise.allSettled(turns.map((turn) => stores.messages.appendTurn(turn)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(new Set(lost.map(({ reason }) => (reason as { code: string }).code))).toEqual(
        new Set(['conversation_changed']),
      );
      expect((await stores.messages.list(user, first.conversationId, { limit: 100 })).items).toHaveLength(4);
    });
  });
}
