import { KNOWN_FORM, type LetGo, type MessageRef, type Messages, type Writing } from '../store/index.js';
import { ask, askAndAnswer, type ChatStores, claimed, finish, newId, newTurn } from './chat.testing.js';

/** Answers that need more than the first build knew, and those that wait for a person. Part of `messagesContract`. */
export function formsContract(open: () => Promise<ChatStores>): void {
  let stores: ChatStores;
  let messages: Messages;
  const user = newId();

  beforeEach(async () => {
    stores = await open();
    messages = stores.messages;
  });
  afterEach(() => stores.close());

  const needing = async (needs: number): Promise<MessageRef> => {
    const turn = newTurn(user);
    return ask(messages, { ...turn, answer: { ...turn.answer, needs } });
  };
  const read = async (ref: MessageRef): Promise<Writing> => (await messages.getWriting(ref)) as Writing;
  const swept = async () => (await messages.untouched(0, 1000)).map(({ id }) => id);
  const letGo = (ref: MessageRef, epoch: number, state: Partial<LetGo> = {}) =>
    messages.letGo(ref, epoch, 'o', { text: 'so far', spent: null, attempts: 0, dueInMs: 0, ...state });

  describe.each([1, KNOWN_FORM])('an answer that needs form %i', (needs) => {
    it('goes the way of every answer', async () => {
      const ref = await needing(needs);
      expect(await read(ref)).toMatchObject({ needs, status: 'generating', heldFor: null });
      expect(await messages.get(user, ref)).toMatchObject({ status: 'generating' });
      expect(await swept()).toContain(ref.id);
      expect((await messages.writingOfUser(user)).map(({ id }) => id)).toContain(ref.id);
      expect(await messages.standings([ref])).toEqual([{ ...ref, status: 'generating', epoch: 0 }]);
      claimed(await messages.claim(ref, 'o', { staleMs: 5000 }));
      const save = { ...ref, epoch: 1, owner: 'o', text: 'so far', usage: null };
      expect(await messages.save([save])).toEqual([{ ...ref, held: true, stop: false }]);
      expect(await letGo(ref, 1)).toMatchObject({ owner: null, status: 'generating', needs });
      expect(await swept()).toContain(ref.id);
      claimed(await messages.claim(ref, 'o', { staleMs: 5000 }));
      const ended = await finish(messages, ref, 2, 'o', { status: 'complete', text: 'all of it' });
      expect(ended).toMatchObject({ status: 'complete', text: 'all of it' });
      expect(await messages.get(user, ref)).toEqual(ended);
      expect(await swept()).not.toContain(ref.id);
      expect((await messages.writingOfConversation(ref.conversationId)).length).toBe(0);
      expect((await messages.endedOfConversation(ref.conversationId, 60_000)).map(({ id }) => id)).toEqual([ref.id]);
    });

    it('is seized, stopped and deleted as every answer', async () => {
      const [seized, stopped, deleted] = [await needing(needs), await needing(needs), await needing(needs)];
      expect(await messages.seize(seized, await read(seized), { status: 'interrupted' })).toBe(true);
      claimed(await messages.claim(stopped, 'o', { staleMs: 5000 }));
      await messages.requestStop(stopped);
      expect(await letGo(stopped, 1)).toMatchObject({ status: 'stopped' });
      await stores.conversations.bury(user, deleted.conversationId);
      expect(await messages.writingOfConversation(deleted.conversationId)).toMatchObject([{ id: deleted.id }]);
      expect(await messages.seizeForDeletion(deleted)).toMatchObject({ status: 'interrupted' });
      const left = await swept();
      for (const { id } of [seized, stopped, deleted]) expect(left).not.toContain(id);
    });

    it('is found by search once it has ended, not before', async () => {
      const turn = newTurn(user, { text: 'Which word' });
      const withForm = { ...turn, answer: { ...turn.answer, needs } };
      const word = `zephyr${needs}`;
      const found = async () => (await stores.search.search(user, word, { limit: 10 })).items.length;
      const ref = await ask(messages, withForm);
      claimed(await messages.claim(ref, 'o', { staleMs: 5000 }));
      await messages.save([{ ...ref, epoch: 1, owner: 'o', text: word, usage: null }]);
      expect(await found()).toBe(0);
      await finish(messages, ref, 1, 'o', { status: 'complete', text: word });
      expect(await found()).toBe(1);
    });
  });

  it('an answer that needs more than is known is left alone, but for its deletion', async () => {
    const ref = await needing(KNOWN_FORM + 1);
    expect(await messages.claim(ref, 'o', { staleMs: 0 })).toEqual({ refused: 'newer' });
    expect(await swept()).not.toContain(ref.id);
    expect(await messages.seize(ref, await read(ref), { status: 'interrupted' })).toBe(false);
    expect(await messages.requestStop(ref)).toBeNull();
    expect(await read(ref)).toMatchObject({ status: 'generating', owner: null, epoch: 0, stop: false });
    expect(await messages.standings([ref])).toMatchObject([{ status: 'generating' }]);
    await stores.conversations.bury(user, ref.conversationId);
    expect(await messages.writingOfConversation(ref.conversationId)).toMatchObject([{ id: ref.id }]);
    expect(await messages.seizeForDeletion(ref)).toMatchObject({ status: 'interrupted' });
  });

  describe('an answer that is held for a person', () => {
    const hold = async (): Promise<MessageRef> => {
      const ref = await needing(KNOWN_FORM);
      claimed(await messages.claim(ref, 'o', { staleMs: 5000 }));
      expect(await letGo(ref, 1, { heldFor: 'approval' })).toMatchObject({ owner: null, heldFor: 'approval' });
      return ref;
    };

    it('is neither swept nor claimed by who does not know of it', async () => {
      const ref = await hold();
      expect(await swept()).not.toContain(ref.id);
      expect(await messages.claim(ref, 'w', { staleMs: 0 })).toEqual({ refused: 'held' });
      expect(await read(ref)).toMatchObject({ status: 'generating', text: 'so far', epoch: 1, heldFor: 'approval' });
      expect((await messages.writingOfUser(user)).map(({ id }) => id)).toContain(ref.id);
    });

    it('is claimed by who does, and stays held until that one lets it go for something else or ends it', async () => {
      const ref = await hold();
      const again = await messages.claim(ref, 'o', { staleMs: 5000, held: true });
      expect(again).toMatchObject({ vanished: false, claimed: { epoch: 2, heldFor: 'approval' } });
      expect(await swept()).not.toContain(ref.id);
      expect(await letGo(ref, 2)).toMatchObject({ heldFor: null });
      expect(await swept()).toContain(ref.id);
      claimed(await messages.claim(ref, 'o', { staleMs: 5000 }));
      await letGo(ref, 3, { heldFor: 'approval' });
      claimed(await messages.claim(ref, 'o', { staleMs: 5000, held: true }));
      await finish(messages, ref, 4, 'o', { status: 'complete', text: 'done' });
      expect(await read(ref)).toMatchObject({ status: 'complete', heldFor: null });
    });

    it('is stopped and deleted by its person', async () => {
      const [stopped, deleted] = [await hold(), await hold()];
      const asRead = (await messages.requestStop(stopped)) as Writing;
      expect(await messages.seize(stopped, asRead, { status: 'stopped' })).toBe(true);
      expect(await read(stopped)).toMatchObject({ status: 'stopped', text: 'so far', heldFor: null });
      await stores.conversations.bury(user, deleted.conversationId);
      expect(await messages.seizeForDeletion(deleted)).toMatchObject({ status: 'interrupted' });
    });

    it('ends as stopped where somebody asked for that before it is held', async () => {
      const ref = await needing(KNOWN_FORM);
      claimed(await messages.claim(ref, 'o', { staleMs: 5000 }));
      await messages.requestStop(ref);
      expect(await letGo(ref, 1, { heldFor: 'approval' })).toMatchObject({ status: 'stopped', heldFor: null });
    });
  });

  it('other answers are as they were beside them', async () => {
    await needing(KNOWN_FORM + 1);
    const answer = await askAndAnswer(messages, newTurn(user));
    expect(answer).toMatchObject({ status: 'complete' });
  });
}
