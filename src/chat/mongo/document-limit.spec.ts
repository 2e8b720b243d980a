import { askAndAnswer, ask, claimed, newId, newTurn } from '../contract/chat.testing.js';
import { useMongoChat, type MongoChat } from './mongo-chat.testing.js';

const mongo = useMongoChat();
const user = newId();
const refused = { code: 'body_too_large', status: 413 };

/** Letters of three bytes each, in words of seven that all differ: what takes the most place, in the text and as words. */
function differentWords(chars: number): string {
  const letters = Array.from({ length: 32 }, (_, i) => String.fromCharCode(0x10d0 + i));
  const word = (n: number) => [0, 5, 10, 15, 20, 25].map((shift) => letters[(n >> shift) & 31]).join('') + letters[0];
  return Array.from({ length: chars / 8 }, (_, n) => word(n)).join(' ');
}

describe('a text in MongoDB, whose documents take 16 MB', () => {
  let stores: MongoChat;
  beforeEach(async () => {
    stores = await mongo.open();
  });
  afterEach(() => stores.close());

  it('is stored where it is as long as an answer may be, and found by its words', async () => {
    const text = `walrus ${differentWords(4_000_000 - 8)}`;
    expect(text.length).toBeGreaterThan(3_999_000);
    const { id, conversationId } = await askAndAnswer(stores.messages, newTurn(user), { status: 'complete', text });
    expect((await stores.messages.get(user, { id, conversationId }))?.text === text).toBe(true);
    const { items } = await stores.search.search(user, 'walrus', { limit: 5 });
    expect(items.map(({ message }) => message.id)).toEqual([id]);
  });

  it('is refused for good where it is longer than it may ever be, and nothing is written', async () => {
    const text = '語'.repeat(4_200_000);
    const turn = newTurn(user, { text });
    await expect(stores.messages.appendTurn(turn)).rejects.toMatchObject(refused);
    expect(await stores.messages.find(user, turn.question!.id)).toBeNull();
    const ref = await ask(stores.messages, newTurn(user));
    claimed(await stores.messages.claim(ref, 'o', { staleMs: 0 }));
    await expect(stores.messages.finish(ref, 1, 'o', { status: 'complete', text })).rejects.toMatchObject(refused);
    expect(await stores.messages.getWriting(ref)).toMatchObject({ status: 'generating', text: '' });
    expect(await stores.messages.finish(ref, 1, 'o', { status: 'interrupted' })).toMatchObject({
      message: { text: '' },
    });
  });

  it('holds up no other answer that is saved with it', async () => {
    const refs = [await ask(stores.messages, newTurn(user)), await ask(stores.messages, newTurn(user))];
    for (const ref of refs) claimed(await stores.messages.claim(ref, 'o', { staleMs: 0 }));
    await stores.messages.requestStop(refs[1]);
    const save = (text: string, i: number) => ({ ...refs[i], epoch: 1, owner: 'o', text, usage: null });
    await stores.messages.save([save('short', 0), save('short', 1)]);
    expect(await stores.messages.save([save('語'.repeat(4_200_000), 0), save('longer', 1)])).toMatchObject([
      { held: true, stop: false },
      { held: true, stop: true },
    ]);
    const texts = await Promise.all(refs.map(async (ref) => (await stores.messages.getWriting(ref))?.text));
    expect(texts).toEqual(['short', 'longer']);
    const state = { text: '語'.repeat(4_200_000), spent: null, attempts: 1, dueInMs: 0 };
    expect(await stores.messages.letGo(refs[0], 1, 'o', state)).toMatchObject({ text: 'short', owner: null });
  });
});
