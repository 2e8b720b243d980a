import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { backup } from '../../commands/backup/backup.js';
import { CHAT_STEPS } from './chat-schema.js';
import { answerRef, askAndAnswer, newConversation, newId, newTurn } from '../contract/chat.testing.js';
import { sqliteChatStore } from './chat-store.js';

describe('the index of words in SQLite', () => {
  let folder: string;
  let db: SqliteDatabase;
  const user = newId();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-search-'));
    db = new SqliteDatabase(join(folder, 'parley.sqlite'));
  });
  afterEach(async () => {
    db.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = () => sqliteChatStore(db);
  /** Files in which the word stands. */
  const filesWith = async (word: string): Promise<string[]> => {
    const names = await readdir(folder);
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
    return names.filter((_, i) => texts[i].includes(word));
  };

  it('leaves no word of what was deleted, in the database and in a backup', async () => {
    const { conversations, messages, search } = open();
    const found = async (query: string) => (await search.search(user, query, { limit: 50 })).items.length;
    const secret = newTurn(user, { text: 'My secret is zanzibarquuxine' });
    await askAndAnswer(messages, secret, { status: 'complete', text: 'Zanzibarquuxine, I see.' });
    // Alone in the index, then among others that came before and after it.
    expect(await found('zanz')).toBe(2);
    const long = Array.from({ length: 5000 }, (_, i) => `zanzibarquuxine${i}`).join(' ');
    const others = newConversation(user);
    for (let i = 0; i < 3; i++) {
      await askAndAnswer(messages, newTurn(user, { text: `kept ${i}` }));
      await messages.appendTurn(newTurn(user, { conversation: newConversation(user), text: `kept ${i} zebra` }));
    }
    const deleted = newTurn(user, { conversation: others, text: long });
    await messages.appendTurn(deleted);
    expect(await found('zanz')).toBe(3);
    for (const turn of [secret, deleted]) {
      await conversations.bury(user, answerRef(turn).conversationId);
      await conversations.remove(answerRef(turn).conversationId);
    }
    expect([await found('zanz'), await found('kept')]).toEqual([0, 6]);
    await backup(folder, join(folder, 'backup'));
    db.close();
    expect(await filesWith('anzibarquuxine')).toEqual([]);
    expect(await filesWith('kept')).toEqual(expect.arrayContaining(['backup', 'parley.sqlite']));
  });

  it('takes over the index of a build before: all is found, and no word of what was deleted is left', async () => {
    db.migrate('chat', CHAT_STEPS.slice(0, 3));
    const turn = newTurn(user, { text: 'kept walrus' });
    const { conversationId } = answerRef(turn);
    const columns = "'demo', 'm', NULL, NULL, 0, 0, 1, 1, NULL, NULL";
    db.run(`INSERT INTO conversations VALUES (?, ?, 'Title', ${columns})`, conversationId, user);
    for (const [id, status] of [
      [turn.question!.id, 'complete'],
      [turn.answer.id, 'generating'],
    ]) {
      db.run(
        `INSERT INTO messages (id, conversation_id, user_id, role, status, created_at, updated_at, params, epoch,
         touched_at, stop, attempts, deaths, text) VALUES (?, ?, ?, 'user', ?, 1, 1, '{}', 0, 1, 0, 0, 0, 'kept walrus')`,
        id,
        conversationId,
        user,
        status,
      );
    }
    db.exec("INSERT INTO search_words (rowid, words) VALUES (1, 'x' || char(0xe000) || 'zanzibarquuxine')");
    db.exec('DELETE FROM search_words WHERE rowid = 1');
    const { search } = open();
    const { items } = await search.search(user, 'walr', { limit: 50 });
    expect(items.map(({ message }) => message.id)).toEqual([turn.question!.id]);
    db.close();
    expect(await filesWith('anzibarquuxine')).toEqual([]);
  });

  it('takes over again from a build before that somebody went back to', async () => {
    const { messages, search } = open();
    const [gone, kept] = [newTurn(user, { text: 'zanzibarquuxine' }), newTurn(user, { text: 'kept walrus' })];
    for (const turn of [gone, kept]) await messages.appendTurn(turn);
    await search.search(user, 'kept', { limit: 50 });
    // It knows nothing of the rows of words, and enters what is new into its own index.
    db.run('DELETE FROM messages WHERE conversation_id = ?', answerRef(gone).conversationId);
    db.run('UPDATE messages SET text = ? WHERE id = ?', 'kept zebra', kept.question!.id);
    db.exec("INSERT INTO search_words (rowid, words) VALUES (1, 'x' || char(0xe000) || 'quuxinezanzibar')");
    db.run('INSERT INTO search_entries VALUES (1, ?)', kept.question!.id);
    const again = open().search;
    for (const [query, ids] of [
      ['zebra', [kept.question!.id]],
      ['zanz', []],
    ] as const) {
      const { items } = await again.search(user, query, { limit: 50 });
      expect(items.map(({ message }) => message.id)).toEqual(ids);
    }
    db.close();
    expect([await filesWith('anzibarquuxine'), await filesWith('uuxinezanzibar')]).toEqual([[], []]);
  });

  it('reads in pieces, and no more of them than it has to', async () => {
    const { messages, search } = open();
    const words = (of: number) => Array.from({ length: 20_000 }, (_, i) => `word${of}x${i}`).join(' ');
    for (let i = 0; i < 12; i++) await messages.appendTurn(newTurn(user, { text: words(i) }));
    await search.search(user, 'word', { limit: 1 });
    const asked = jest.spyOn(db, 'all');
    const read = () => asked.mock.calls.filter(([sql]) => sql.includes('instr')).length;
    await search.search(user, 'w', { limit: 3 });
    expect(read()).toBeLessThanOrEqual(4);
    asked.mockClear();
    expect((await search.search(user, 'word0x1 absent', { limit: 3 })).items).toEqual([]);
    expect(read()).toBeGreaterThanOrEqual(6);
  });
});
