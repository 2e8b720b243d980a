import { v7 } from 'uuid';
import { ask, askAndAnswer, newConversation, newId, newTurn } from '../contract/chat.testing.js';
import { mongoChat, useMongoChat, type MongoChat } from './mongo-chat.testing.js';

const mongo = useMongoChat();
const user = newId();
/** The first moment of a month, and the last one before it. */
const MARCH = Date.UTC(2025, 2, 1);
const idAt = (msecs: number): string => v7({ msecs });

describe('messages by month', () => {
  let stores: MongoChat;
  beforeEach(async () => {
    stores = await mongo.openByMonth();
  });
  afterEach(() => stores.close());

  /** A conversation of that time, with an answer of now. */
  const answeredAt = (msecs: number, text: string) => {
    const conversation = newConversation(user, { id: idAt(msecs) });
    return askAndAnswer(stores.messages, newTurn(user, { conversation }), { status: 'complete', text });
  };
  const collections = async () => {
    const found = await stores.chat.database.run((db) => db.listCollections({}, { nameOnly: true }).toArray());
    return found.map(({ name }) => name).filter((name) => name.startsWith('messages'));
  };

  it('are where their conversation began, with all indexes', async () => {
    await answeredAt(MARCH - 1, 'february');
    const { conversationId } = await answeredAt(MARCH, 'march');
    expect((await collections()).sort()).toEqual(['messages_2025_02', 'messages_2025_03']);
    await stores.messages.appendTurn(newTurn(user, { conversation: conversationId }));
    expect(await collections()).toHaveLength(2);
    const indexes = await stores.chat.messages.of(conversationId)!.run((messages) => messages.indexes());
    expect(indexes).toHaveLength(7);
  });

  it('are found in every month, newest first, page by page', async () => {
    const all: string[] = [];
    for (let i = 0; i < 12; i++) all.push((await answeredAt(MARCH + (i % 3) * 31 * 86_400_000, 'walrus')).id);
    for (const id of all) expect(await stores.messages.find(user, id)).toMatchObject({ id });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await stores.search.search(user, 'walrus', { limit: 5, cursor });
      expect(page.items.length).toBeLessThanOrEqual(5);
      seen.push(...page.items.map(({ message }) => message.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(all.sort().reverse());
  });

  it('are ended, saved and told of in every month at once', async () => {
    const refs = [];
    for (const month of [0, 40, 80]) {
      const conversation = newConversation(user, { id: idAt(MARCH + month * 86_400_000) });
      refs.push(await ask(stores.messages, newTurn(user, { conversation })));
    }
    const ids = refs.map(({ id }) => id);
    expect((await stores.messages.writingOfUser(user)).map(({ id }) => id).sort()).toEqual(ids);
    expect((await stores.messages.untouched(0, 10)).map(({ id }) => id)).toEqual(ids);
    expect(await stores.messages.untouched(0, 2)).toHaveLength(2);
    for (const ref of refs) await stores.messages.claim(ref, 'o', { staleMs: 0 });
    const saves = refs.map((ref) => ({ ...ref, epoch: 1, owner: 'o', text: 'x', usage: null }));
    expect((await stores.messages.save(saves)).map(({ held }) => held)).toEqual([true, true, true]);
    expect((await stores.messages.standings(refs)).map(({ epoch }) => epoch)).toEqual([1, 1, 1]);
  });

  it('another instance finds a month that has just begun', async () => {
    const other = mongoChat(stores.chat.database, 'month');
    expect(await other.messages.find(user, newId())).toBeNull();
    const { id } = await askAndAnswer(stores.messages, newTurn(user));
    expect(await other.messages.find(user, id)).toMatchObject({ id });
  });

  it('are nowhere for an id that no conversation can have', async () => {
    const far = Date.UTC(9000, 0);
    for (const id of ['no id', '../x', idAt(far), idAt(5), 'f'.repeat(36), '0197a0c8-0000-4000-8000-000000000000']) {
      expect(stores.chat.messages.of(id)).toBeUndefined();
      expect((await stores.messages.list(user, id, { limit: 1 })).items).toEqual([]);
      expect(await stores.messages.get(user, { conversationId: id, id: newId() })).toBeNull();
      expect(await stores.messages.claim({ conversationId: id, id }, 'o', { staleMs: 0 })).toEqual({
        refused: 'absent',
      });
      expect(await stores.messages.branch({ conversationId: id, id }, 5)).toEqual([]);
      const turn = newTurn(user, { conversation: id });
      await expect(stores.messages.appendTurn(turn)).rejects.toMatchObject({ code: 'conversation_unknown' });
    }
    expect(await collections()).toEqual([]);
  });
});

it('asking for what is not there makes no collection', async () => {
  const stores = await mongo.openByMonth();
  const ref = { conversationId: newId(), id: newId() };
  await stores.messages.get(user, ref);
  await stores.messages.list(user, ref.conversationId, { limit: 1 });
  await stores.messages.claim(ref, 'o', { staleMs: 0 });
  await stores.conversations.bury(user, ref.conversationId);
  await stores.conversations.remove(ref.conversationId);
  await stores.search.search(user, 'word', { limit: 1 });
  const turn = newTurn(user, { conversation: ref.conversationId });
  await expect(stores.messages.appendTurn(turn)).rejects.toMatchObject({ code: 'conversation_unknown' });
  const found = await stores.chat.database.run((db) => db.listCollections({}, { nameOnly: true }).toArray());
  expect(found.map(({ name }) => name).filter((name) => name.startsWith('messages'))).toEqual([]);
  await stores.close();
});
