import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import type { MongoDatabase } from '../../../libs/mongo/index.js';
import { MAX_KEYS } from '../../auth/keys/api-key-store.js';
import { newKey } from '../../auth/keys/contract/api-key-store.contract.js';
import { MongoApiKeyStore } from '../../auth/keys/mongo/api-key-store.js';
import { SqliteApiKeyStore } from '../../auth/keys/sqlite/api-key-store.js';
import { migrate, populate, SourceFile } from './migrate.testing.js';

const databases = useDatabases();

describe('migrate takes keys along', () => {
  let source: SourceFile;
  let uri: string;
  let database: MongoDatabase;
  let keys: SqliteApiKeyStore;
  let there: MongoApiKeyStore;
  let ada: string;

  beforeEach(async () => {
    source = await SourceFile.make();
    ({ ada } = await populate(source));
    keys = new SqliteApiKeyStore(source.db);
    uri = databases.uri();
    database = databases.at(uri);
    there = new MongoApiKeyStore(database);
  });
  afterEach(async () => {
    await database.close();
    await source.close();
  });
  const copy = (...more: string[]) => migrate(['--from', `sqlite:${source.path}`, '--to', uri, ...more]);

  it('so that programs go on with them', async () => {
    const full = { scopes: ['api' as const], models: ['demo/demo'], expiresAt: new Date(5), tokensPerDay: 7 };
    const made = [newKey({ userId: ada, ...full }), newKey({ userId: ada })];
    for (const key of made) await keys.create(key);
    const { code, said } = await copy();
    expect([code, said]).toEqual([0, expect.stringMatching(/keys: 2 in the file, 2 in MongoDB, checksum/)]);
    for (const key of made) expect(await there.findByHash(key.hash)).toEqual(key);
  });

  it('again, after they were used, renamed and revoked on either side', async () => {
    const made = Array.from({ length: 4 }, (_, i) => newKey({ userId: ada, name: `${i}` }));
    for (const key of made) await keys.create(key);
    await copy();
    await keys.noteUse(made[0].id, new Date());
    await there.noteUse(made[0].id, new Date(1));
    await keys.rename(ada, made[1].id, 'another name');
    await there.remove(made[2].id);
    await keys.remove(made[3].id);
    expect((await copy('--delete')).code).toBe(0);
    expect((await there.listByUser(ada)).map(({ name }) => name)).toEqual(['another name', '0']);
  });

  it('and counts those that are made there', async () => {
    for (let i = 0; i < MAX_KEYS - 1; i++) await keys.create(newKey({ userId: ada }));
    await copy();
    const more = await Promise.all([there.create(newKey({ userId: ada })), there.create(newKey({ userId: ada }))]);
    expect(more.filter(Boolean)).toHaveLength(1);
  });

  it('also where a build before knew none', async () => {
    source.db.exec('DROP TABLE api_keys');
    expect((await copy()).code).toBe(0);
  });
});
