import { sqliteChat } from '../contract/chat-stores.testing.js';
import { ask, askAndAnswer, claimed, newId, newTurn, finish } from '../contract/chat.testing.js';

describe('Messages in SQLite', () => {
  it('refuses new questions on a full disk and keeps what was acknowledged', async () => {
    const { db, messages, search, conversations, close } = await sqliteChat();
    const user = newId();
    const kept = await askAndAnswer(messages, newTurn(user, { text: 'walrus' }));
    const running = await ask(messages, newTurn(user));
    const { epoch } = claimed(await messages.claim(running, 'o', { staleMs: 5000 }));
    const { page_count: pages } = db.get<{ page_count: number }>('PRAGMA page_count')!;
    db.exec(`PRAGMA max_page_count = ${pages}`);
    const text = 'x'.repeat(100_000);
    const full = { code: 'dependency_down', status: 503 };
    const refused = newTurn(user, { text });
    await expect(messages.appendTurn(refused)).rejects.toMatchObject(full);
    await expect(finish(messages, running, epoch, 'o', { status: 'complete', text })).rejects.toMatchObject(full);
    expect(await messages.find(user, kept.id)).toEqual(kept);
    expect(await messages.find(user, refused.question!.id)).toBeNull();
    expect(await messages.find(user, running.id)).toMatchObject({ status: 'generating' });
    db.exec('PRAGMA max_page_count = 100000');
    await messages.appendTurn(refused);
    expect(await finish(messages, running, epoch, 'o', { status: 'complete', text })).toMatchObject({ text });
    expect((await search.search(user, 'walrus', { limit: 5 })).items).toHaveLength(1);
    expect((await conversations.list(user, { archived: false }, { limit: 5 })).items).toHaveLength(3);
    await close();
  });

  it('asks for room before it takes on a question', async () => {
    const { db, messages, close } = await sqliteChat();
    db.requireSpace = () => {
      throw new Error('no room');
    };
    await expect(messages.appendTurn(newTurn(newId()))).rejects.toThrow('no room');
    await close();
  });
});
