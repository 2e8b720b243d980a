import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { newKey } from '../../auth/keys/contract/api-key-store.contract.js';
import { MongoApiKeyStore } from '../../auth/keys/mongo/api-key-store.js';
import { testConfig } from '../../config/config.testing.js';
import { upkeepCommand, type UpkeepName } from './upkeep-command.js';

const databases = useDatabases();

describe('upkeep of keys', () => {
  let folder: string;
  let uri: string;
  let database: MongoDatabase;
  let keys: MongoApiKeyStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-keys-'));
    uri = databases.uri();
    database = databases.at(uri);
    keys = new MongoApiKeyStore(database);
    await database.run((db) => db.collection<{ _id: string }>('users').insertOne({ _id: 'ada' }));
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
  const run = async (name: UpkeepName, args: string[], at = uri) => {
    const said: string[] = [];
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    const code = await upkeepCommand(name, args, testConfig({ STORE: 'mongo', MONGO_URI: at }), io, async () => []);
    return { code, said: said.join('\n') };
  };

  it('a backup has them, and a restore gives them back, but for those whose account is gone', async () => {
    const [kept, orphan] = [newKey(), newKey({ userId: 'gone' })];
    for (const key of [kept, orphan]) await keys.create(key);
    const file = join(folder, 'backup');
    expect((await run('backup', [file])).code).toBe(0);
    const at = databases.uri();
    const restored = databases.at(at);
    const there = new MongoApiKeyStore(restored);
    expect((await run('restore', [file], at)).code).toBe(0);
    expect(await there.findByHash(kept.hash)).toEqual(kept);
    expect(await there.get(orphan.id)).toBeNull();
    // Any number of times, also beside keys that were made since.
    expect(await there.create(newKey())).toBe(true);
    expect((await run('restore', [file, '--merge'], at)).code).toBe(0);
    expect(await there.listByUser('ada')).toHaveLength(2);
    await restored.close();
  });

  it('indexes are declared and made', async () => {
    expect((await run('indexes', [])).said).toMatch(/api_keys/);
  });
});
