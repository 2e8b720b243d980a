import { answerRef, ask, askAndAnswer, newId, newTurn } from '../contract/chat.testing.js';
import type { MessageRef, Turn } from '../store/index.js';
import { useMongoChat, type MongoChat } from './mongo-chat.testing.js';
import { pairWrites, SHOW_QUESTION, takeTurn } from './turn-writer.js';

const mongo = useMongoChat();
const user = newId();

describe.each(['open', 'openByMonth'] as const)('a turn whose writer died on the way, %s', (open) => {
  let stores: MongoChat;
  beforeEach(async () => {
    stores = await mongo[open]();
  });
  afterEach(() => stores.close());

  const list = async (conversationId: string) =>
    (await stores.messages.list(user, conversationId, { limit: 100 })).items;

  /** Leaves what a writer leaves that dies after so many of its steps. */
  async function halfDone(turn: Turn, steps: 'pair' | 'half pair' | 'taken' | 'question'): Promise<MessageRef> {
    const ref = answerRef(turn);
    const partition = stores.chat.messages.of(ref.conversationId)!;
    const pair = pairWrites(turn, Date.now()).slice(0, steps === 'half pair' ? 1 : 2);
    const writes = pair.map((updateOne) => ({ updateOne }));
    await partition.runIndexed((messages) => messages.bulkWrite(writes));
    if (steps === 'taken' || steps === 'question') {
      const update = takeTurn(ref.id, ref.id);
      await stores.chat.conversations.run((c) => c.updateOne({ _id: ref.conversationId }, update));
    }
    if (steps === 'question') {
      const { id } = turn.question!;
      await partition.run((messages) => messages.updateOne({ _id: id }, SHOW_QUESTION));
    }
    return ref;
  }

  const left = async (ref: MessageRef) => (await stores.messages.untouched(0, 10)).find(({ id }) => id === ref.id)!;

  it.each(['pair', 'half pair', 'taken', 'question'] as const)(
    'after its %s is seen by nobody, and goes on when it is repeated',
    async (steps) => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const on = { conversation: first.conversationId, parentId: first.id, expectedNewest: first.id };
      const turn = newTurn(user, on);
      const ref = await halfDone(turn, steps);
      const shown = steps === 'question' ? 3 : 2;
      expect(await list(first.conversationId)).toHaveLength(shown);
      expect(await stores.messages.find(user, ref.id)).toBeNull();
      expect(await stores.messages.branch(ref, 10)).toEqual([]);
      const hidden = steps === 'question' ? ref.id : turn.question!.id;
      const { items } = await stores.search.search(user, 'what is it', { limit: 10 });
      expect(items.map(({ message }) => message.id)).not.toContain(hidden);
      expect(await stores.messages.standings([ref])).toEqual([]);
      expect(await stores.messages.writingOfUser(user)).toEqual([]);
      expect(await stores.messages.claim(ref, 'o', { staleMs: 0 })).toEqual({ refused: 'absent' });
      expect(await stores.messages.requestStop(ref)).toBeNull();
      const { question, answer } = await stores.messages.appendTurn(turn);
      expect([question.status, answer.status, answer.epoch]).toEqual(['complete', 'generating', 0]);
      expect(await list(first.conversationId)).toHaveLength(4);
    },
  );

  it.each(['taken', 'question'] as const)('after its %s is accepted for who asks for it by name', async (steps) => {
    const first = await askAndAnswer(stores.messages, newTurn(user));
    const on = { conversation: first.conversationId, parentId: first.id };
    const ref = await halfDone(newTurn(user, on), steps);
    expect(await stores.messages.getWriting(ref)).toMatchObject({ status: 'generating', epoch: 0, untouchedMs: 0 });
    expect(await list(first.conversationId)).toHaveLength(4);
    const notTaken = await halfDone(newTurn(user, on), 'pair');
    expect(await stores.messages.getWriting(notTaken)).toBeNull();
    expect(await list(first.conversationId)).toHaveLength(4);
  });

  it('counts as untouched from when it can be seen', async () => {
    const turn = newTurn(user, { conversation: (await ask(stores.messages, newTurn(user))).conversationId });
    const ref = await halfDone(turn, 'pair');
    const partition = stores.chat.messages.of(ref.conversationId)!;
    const hourAgo = new Date(Date.now() - 3_600_000);
    await partition.run((messages) => messages.updateOne({ _id: ref.id }, { $set: { touchedAt: hourAgo } }));
    expect(await left(ref)).toBeUndefined();
    await stores.messages.appendTurn(turn);
    expect((await left(ref)).untouchedMs).toBeLessThan(3_600_000);
  });

  it.each(['taken', 'question'] as const)('after its %s is recovered: shown once, and waits', async (steps) => {
    const first = await askAndAnswer(stores.messages, newTurn(user));
    const turn = newTurn(user, { conversation: first.conversationId, parentId: first.id });
    const ref = await halfDone(turn, steps);
    expect(await left(ref)).toBeUndefined();
    expect(await stores.messages.recoverTurns(60_000, 10)).toEqual([]);
    const [waits] = await stores.messages.recoverTurns(0, 10);
    expect(waits).toMatchObject({ ...ref, status: 'generating', epoch: 0, owner: null, userId: user });
    expect(await stores.messages.recoverTurns(0, 10)).toEqual([]);
    expect(await left(ref)).toMatchObject({ touchedAt: waits.touchedAt });
    const shown = await list(first.conversationId);
    expect(shown.slice(2).map(({ id, status }) => [id, status])).toEqual([
      [turn.question!.id, 'complete'],
      [ref.id, 'generating'],
    ]);
    const conversation = await stores.conversations.get(user, first.conversationId);
    expect(conversation?.newestMessageId).toBe(ref.id);
    expect(await stores.messages.seize(ref, waits, { status: 'interrupted' })).toBe(true);
    // A writer that was only very slow finds it ended.
    expect((await stores.messages.appendTurn(turn)).answer).toMatchObject({ status: 'interrupted' });
    await stores.messages.appendTurn(newTurn(user, { conversation: first.conversationId, parentId: ref.id }));
  });

  it.each<[string, () => Promise<MessageRef>]>([
    ['its conversation was never made', () => halfDone(newTurn(user), 'pair')],
    [
      'its conversation has not taken it in',
      async () =>
        halfDone(newTurn(user, { conversation: (await ask(stores.messages, newTurn(user))).conversationId }), 'pair'),
    ],
    ['its question was never stored', () => halfDone(newTurn(user), 'half pair')],
    [
      'its conversation is being deleted',
      async () => {
        const { conversationId } = await ask(stores.messages, newTurn(user));
        await stores.conversations.bury(user, conversationId);
        return halfDone(newTurn(user, { conversation: conversationId }), 'pair');
      },
    ],
  ])('is removed where %s', async (_, make) => {
    const ref = await make();
    expect(await stores.messages.recoverTurns(0, 10)).toEqual([]);
    const partition = stores.chat.messages.of(ref.conversationId)!;
    const { conversationId } = ref;
    const rest = await partition.run((messages) => messages.find({ conversationId, status: 'accepting' }).toArray());
    expect(rest).toEqual([]);
  });

  it('leaves nothing of a turn that is refused when it is repeated', async () => {
    const first = await askAndAnswer(stores.messages, newTurn(user));
    const on = { conversation: first.conversationId, parentId: first.id };
    const turn = newTurn(user, { ...on, expectedNewest: first.id });
    await halfDone(turn, 'pair');
    await stores.messages.appendTurn(newTurn(user, on));
    const again = stores.messages.appendTurn(turn);
    await expect(again).rejects.toMatchObject({ code: 'conversation_changed' });
    expect(await stores.messages.untouched(0, 10)).toHaveLength(1);
  });

  it('was accepted if its conversation says so, whatever came after it', async () => {
    const first = await askAndAnswer(stores.messages, newTurn(user));
    const on = { conversation: first.conversationId, parentId: first.id };
    const turn = newTurn(user, { ...on, expectedNewest: first.id });
    await halfDone(turn, 'taken');
    for (let i = 0; i < 3; i++) await stores.messages.appendTurn(newTurn(user, on));
    expect((await stores.messages.appendTurn(turn)).answer).toMatchObject({ status: 'generating' });
    expect(await list(first.conversationId)).toHaveLength(10);
  });
});
