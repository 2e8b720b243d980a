import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { SqliteApiKeyStore } from '../../auth/keys/sqlite/api-key-store.js';
import { SqliteSessionStore } from '../../auth/sessions/sqlite/session-store.js';
import type { UserStore } from '../../auth/users/user-store.js';
import { MongoUserStore } from '../../auth/users/mongo/user-store.js';
import { SqliteUserStore } from '../../auth/users/sqlite/user-store.js';
import {
  ask,
  askAndAnswer,
  claimed,
  newConversation,
  newId,
  newTurn,
  type ChatStores,
} from '../../chat/contract/chat.testing.js';
import { sqliteChatStore } from '../../chat/sqlite/chat-store.js';
import type { Conversations, MessageError, Messages, MessageSearch } from '../../chat/store/index.js';
import { mongoChat } from '../../chat/mongo/mongo-chat.testing.js';
import type { Config } from '../../config/config.js';
import type { FileStore } from '../../files/store/index.js';
import { sqliteFileStore } from '../../files/store/sqlite/file-store.js';
import { SqliteIdempotencyKeys } from '../../generation/keys/sqlite/idempotency-keys.js';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { migrateCommand } from './migrate-command.js';
import type { Partition } from './migrate-arguments.js';

export interface Stores extends ChatStores {
  users: UserStore;
}

/** A server's database file, as the product makes it. */
export class SourceFile implements Stores {
  readonly db: SqliteDatabase;
  readonly users: SqliteUserStore;
  readonly conversations: Conversations;
  readonly messages: Messages;
  readonly search: MessageSearch;
  readonly files: FileStore;

  private constructor(
    private readonly folder: string,
    readonly path: string,
  ) {
    this.db = new SqliteDatabase(path);
    this.users = new SqliteUserStore(this.db);
    new SqliteSessionStore(this.db);
    new SqliteApiKeyStore(this.db);
    new SqliteIdempotencyKeys(this.db);
    ({ conversations: this.conversations, messages: this.messages, search: this.search } = sqliteChatStore(this.db));
    this.files = sqliteFileStore(this.db);
  }

  static async make(): Promise<SourceFile> {
    const folder = await mkdtemp(join(tmpdir(), 'parley-migrate-'));
    return new SourceFile(folder, join(folder, 'parley.sqlite'));
  }

  async close(): Promise<void> {
    this.db.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Many finished turns at once, by hand: `count` messages of one user. */
  fill(userId: string, count: number, text = 'What a fine day it is'): void {
    const at = Date.now();
    this.db.transaction(() => {
      for (let i = 0; i < count / 10; i++) {
        const ids = Array.from({ length: 11 }, newId);
        this.db.run(
          `INSERT INTO conversations (id, user_id, title, endpoint, model, pinned, archived, created_at, updated_at,
           newest_message_id) VALUES (?, ?, ?, 'demo', 'demo-1', 0, 0, ?, ?, ?)`,
          ...[ids[0], userId, `Number ${i}`, at + i, at + i, ids[10]],
        );
        ids.slice(1).forEach((id, n) => {
          this.db.run(
            `INSERT INTO messages (id, conversation_id, user_id, parent_id, role, status, created_at, updated_at, params,
             epoch, touched_at, stop, attempts, deaths, text)
             VALUES (?, ?, ?, ?, ?, 'complete', ?, ?, '{}', ?, ?, 0, 0, 0, ?)`,
            ...[id, ids[0], userId, n === 0 ? null : ids[n], n % 2 === 0 ? 'user' : 'assistant'],
            ...[at + i, at + i, n % 2, at + i, `${text}, number ${i} ${n}`],
          );
        });
      }
    });
  }
}

/** A little of everything. */
export async function populate({ users, conversations, messages }: Stores): Promise<{ ada: string; bob: string }> {
  const [ada, bob] = [newId(), newId()];
  for (const [id, name] of [
    [ada, 'Ada'],
    [bob, 'Bob'],
  ]) {
    await users.create({ id, name, email: `${name}@x.org`, passwordHash: `hash of ${name}`, role: 'first' });
  }
  await users.change(bob, { disabled: true });
  const params = { temperature: 0.25, maxTokens: 10, instructions: 'Be brief.' };
  const first = newTurn(ada, { text: 'Où est l’été? 🦜' });
  first.answer.params = params;
  const usage = { inputTokens: 5, outputTokens: 7, estimated: true };
  await askAndAnswer(messages, first, { status: 'complete', text: 'Là-bas.', usage, finishReason: 'length' });
  const conversationId = (first.conversation as { id: string }).id;
  const branch = newTurn(ada, { conversation: conversationId, parentId: first.answer.id, text: 'And then?' });
  const error: MessageError = {
    ...{ code: 'model_unavailable', title: 'Away', retryable: true, params: { provider: 'OpenAI' } },
  };
  await askAndAnswer(messages, branch, { status: 'interrupted', text: 'Half', error });
  await askAndAnswer(messages, newTurn(ada, { conversation: conversationId }), { status: 'stopped' });
  await conversations.update(ada, conversationId, { pinned: true, instructions: 'Be kind.', temperature: 0.5 });
  const archived = newTurn(ada, { conversation: newConversation(ada, { title: 'Old things' }) });
  await askAndAnswer(messages, archived);
  await conversations.update(ada, (archived.conversation as { id: string }).id, { archived: true });
  await askAndAnswer(messages, newTurn(bob, { text: 'Something of mine' }));
  return { ada, bob };
}

/** A deleted conversation; one in the middle of being deleted. */
export async function bury({ conversations, messages }: Stores, userId: string): Promise<string[]> {
  const ids: string[] = [];
  for (const isWhole of [true, false]) {
    const { conversationId } = await askAndAnswer(messages, newTurn(userId));
    await conversations.bury(userId, conversationId);
    if (isWhole) await conversations.remove(conversationId);
    ids.push(conversationId);
  }
  return ids;
}

/** An answer that is being written, with some text. */
export async function beingWritten({ messages }: Stores, userId: string) {
  const ref = await ask(messages, newTurn(userId, { text: 'Go on' }));
  const owner = newId();
  const { epoch } = claimed(await messages.claim(ref, owner, { staleMs: 5000 }));
  await messages.save([{ ...ref, epoch, owner, text: 'So far', usage: { inputTokens: 1, outputTokens: 2 } }]);
  return { ...ref, epoch, owner };
}

/** What people see through the ports: all of it, for these users. */
export async function seen(stores: Stores, userIds: string[]) {
  const page = { limit: 1000 };
  const all = await stores.users.list(page);
  const chats = await Promise.all(
    userIds.map(async (userId) => {
      const lists = await Promise.all(
        [false, true].map((archived) => stores.conversations.list(userId, { archived }, page)),
      );
      const conversations = lists.flatMap(({ items }) => items);
      // One after the other: thousands at once would wait for a connection longer than they may.
      const messages = [];
      for (const { id } of conversations) messages.push(...(await stores.messages.list(userId, id, page)).items);
      const answers = [];
      for (const message of messages.filter(({ role }) => role === 'assistant')) {
        answers.push({ ...(await stores.messages.getWriting(message)), untouchedMs: 0 });
      }
      return { conversations, messages, answers };
    }),
  );
  return { users: all.items, everHadUser: await stores.users.everHadUser(), chats };
}

export function mongoStores(database: MongoDatabase, partition: Partition): Stores {
  return { ...mongoChat(database, partition), users: new MongoUserStore(database) };
}

/** The command, with what it says. */
export async function migrate(
  args: string[],
  config: Partial<Config> = {},
  running: () => Promise<string[]> = async () => [],
): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const whole = { STORE: 'sqlite', MONGO_MESSAGE_PARTITION: 'none', ...config } as Config;
  const code = await migrateCommand(args, whole, { out: say, err: say }, running);
  return { code, said: lines.join('\n') };
}
