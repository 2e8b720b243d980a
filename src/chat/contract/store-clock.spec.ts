import { ask, askAndAnswer, claimed, newConversation, newId, newTurn } from './chat.testing.js';
import { useMongoChat, type MongoChat } from '../mongo/mongo-chat.testing.js';

const HOUR = 3_600_000;
const user = newId();

describe.each([HOUR, -HOUR])('where MongoDB’s clock differs by %d ms from this process’s', (clockOffsetMs) => {
  const mongo = useMongoChat({ standIn: { clockOffsetMs } });
  let stores: MongoChat;
  let offset: number;
  beforeEach(async () => {
    stores = await mongo.open();
    // A server of its own has the right time.
    offset = mongo.databases.engine.kind === 'stand-in' ? clockOffsetMs : 0;
  });
  afterEach(() => stores.close());
  const isNow = (time: Date | number) => Math.abs(+time - Date.now() - offset) < 60_000;

  it('all stamps are the server’s, but for when a message was made: as its id, that is its writer’s', async () => {
    const conversation = newConversation(user);
    const made = await stores.messages.appendTurn(newTurn(user, { conversation }));
    const { touchedAt } = (await stores.messages.getWriting(made.answer))!;
    const stamps = [touchedAt, made.conversation.createdAt, made.conversation.updatedAt];
    expect(stamps.map(isNow)).toEqual([true, true, true]);
    const writers = [made.question.createdAt, made.answer.createdAt];
    expect(writers.map((time) => Math.abs(+time - Date.now()) < 60_000)).toEqual([true, true]);
    const ended = await askAndAnswer(stores.messages, newTurn(user, { conversation: conversation.id }));
    const changed = await stores.conversations.update(user, conversation.id, { pinned: true });
    expect([ended.updatedAt, changed!.updatedAt].map(isNow)).toEqual([true, true]);
  });

  it('who lives, and since when, is told by the server', async () => {
    const ref = await ask(stores.messages, newTurn(user));
    expect(claimed(await stores.messages.claim(ref, 'a', { staleMs: 5000 })).untouchedMs).toBe(0);
    expect(await stores.messages.claim(ref, 'b', { staleMs: 60_000 })).toEqual({ refused: 'busy' });
    expect(await stores.messages.untouched(60_000, 10)).toEqual([]);
    const [found] = await stores.messages.untouched(0, 10);
    expect(found.untouchedMs).toBeLessThan(60_000);
    expect((await stores.messages.getWriting(ref))!.untouchedMs).toBeLessThan(60_000);
    const state = { text: 'x', spent: null, attempts: 1, dueInMs: HOUR };
    const given = await stores.messages.letGo(ref, 1, 'a', state);
    expect(isNow(given!.dueAt! - HOUR)).toBe(true);
    await stores.conversations.bury(user, ref.conversationId);
    expect(await stores.conversations.unfinishedBurials(60_000, 10)).toEqual([]);
    expect(await stores.conversations.unfinishedBurials(0, 10)).toHaveLength(1);
  });
});
