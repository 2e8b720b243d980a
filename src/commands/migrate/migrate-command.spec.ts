import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { dependencyDown } from '../../../libs/errors/index.js';
import { useDatabases } from '../../../libs/mongo/mongo.testing.js';
import { SqliteDatabase } from '../../../libs/sqlite/index.js';
import { explain, shown } from '../failure.js';
import { migrate, populate, SourceFile } from './migrate.testing.js';
import { parseMigrateArguments } from './migrate-arguments.js';
import { KNOWN_STEPS } from './source.js';

const databases = useDatabases();
const SECRET = 'sw0rd%21fish';
const ADDRESS = `mongodb://ada:${SECRET}@127.0.0.1:1/parley?replicaSet=rs0&serverSelectionTimeoutMS=200`;
const configured = (config = {}) =>
  ({ STORE: 'mongo' as const, MONGO_MESSAGE_PARTITION: 'month' as const, ...config }) as never;

describe('the command line of migrate', () => {
  it('takes what is not said from the configuration', () => {
    const config = configured({ MONGO_URI: 'mongodb://a/x', MONGO_USERS_URI: 'mongodb://b/y' });
    expect(parseMigrateArguments(['--from', 'sqlite:/a b'], config)).toEqual({
      ...{ command: 'copy', file: '/a b', to: 'mongodb://a/x', usersTo: 'mongodb://b/y', partition: 'month' },
      ...{ delete: false, yes: false, filesAreShared: false },
    });
    const said = ['--from=sqlite:f', '--to', 'mongodb+srv://c/z', '--partition', 'none', '--delete'];
    expect(parseMigrateArguments(said, configured())).toMatchObject({
      ...{ to: 'mongodb+srv://c/z', usersTo: 'mongodb+srv://c/z', partition: 'none', delete: true },
    });
    expect(parseMigrateArguments(['--partition', 'none'], config)).toEqual({
      ...{ command: 'move', uri: 'mongodb://a/x', partition: 'none', yes: false },
    });
  });

  it.each([
    [[], 'from where?'],
    [['--from', 'file'], '--from must be sqlite:<file>'],
    [['--from', 'sqlite:f'], 'where to? Set MONGO_URI'],
    [['--from', 'sqlite:f', '--to', `http://u:${SECRET}@x`], '--to must begin with'],
    [['--from', 'sqlite:f', '--to', 'mongodb://a', '--partition', 'year'], '--partition must be'],
    [['--partition', 'month'], '--partition alone needs MONGO_URI'],
    [['--partition', 'month', '--to', ADDRESS], '--to needs --from'],
    [[ADDRESS], 'that is not how'],
    [['--form', 'x'], 'no such option'],
  ])('refuses %j', async (args, why) => {
    const { code, said } = await migrate(args);
    expect([code, said]).toEqual([64, expect.stringContaining(why)]);
    expect(said).toContain('Usage: npm run migrate');
    expect(said).not.toContain(SECRET);
  });

  it('explains itself, and that an address is visible', async () => {
    expect(await migrate(['--help'])).toEqual({ code: 0, said: expect.stringMatching(/visible to everybody/) });
  });
});

describe('what migrate refuses', () => {
  let folder: string;
  let source: SourceFile;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-migrate-'));
    source = await SourceFile.make();
  });
  afterEach(async () => {
    await source.close();
    await rm(folder, { recursive: true, force: true });
  });
  const from = (path: string, to = databases.uri()) => migrate(['--from', `sqlite:${path}`, '--to', to]);

  it('knows the steps of today’s database file', () => {
    const names = source.db.all<{ name: string }>('SELECT name FROM migrations').map(({ name }) => name);
    const known = Object.entries(KNOWN_STEPS).flatMap(([feature, steps]) =>
      Array.from({ length: steps }, (_, i) => `${feature}/${i + 1}`),
    );
    expect(names.sort()).toEqual(known.sort());
  });

  it('a file that is not there, is no database, is not ours, or is newer', async () => {
    const file = join(folder, 'file');
    expect(await from(file)).toEqual({ code: 1, said: expect.stringContaining('There is no file') });
    await writeFile(file, 'something else entirely');
    expect(await from(file)).toEqual({ code: 1, said: expect.stringContaining('is not an SQLite database') });
    const strange = new SqliteDatabase(join(folder, 'strange'));
    strange.migrate('things', ['CREATE TABLE things (n)']);
    strange.close();
    expect(await from(strange.path)).toEqual({ code: 1, said: expect.stringContaining('not one of this product') });
    const known = Array.from({ length: KNOWN_STEPS.chat }, () => '');
    source.db.migrate('chat', [...known, 'CREATE TABLE later (n)']);
    const newer = `newer version (chat/${known.length + 1})`;
    expect(await from(source.path)).toEqual({ code: 1, said: expect.stringContaining(newer) });
  });

  it('a damaged file', async () => {
    source.fill((await populate(source)).ada, 2000);
    source.db.get('PRAGMA wal_checkpoint(TRUNCATE)');
    const file = join(folder, 'damaged');
    await copyFile(source.path, file);
    await truncate(file, 200_000);
    const { code, said } = await from(file);
    expect([code, said]).toEqual([1, expect.stringMatching(/malformed|corrupt|disk image|disk I\/O/)]);
  });

  it('an address where nobody answers, without its password', async () => {
    const { code, said } = await from(source.path, ADDRESS);
    expect([code, said]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
    expect(said).not.toMatch(/sw0rd/);
  });

  it('messages that lie as the other partition has them', async () => {
    await populate(source);
    const uri = databases.uri();
    await from(source.path, uri);
    const { code, said } = await migrate(['--from', `sqlite:${source.path}`, '--to', uri, '--partition', 'month']);
    expect([code, said]).toEqual([1, expect.stringContaining('There are messages in messages, which')]);
  });
});

describe('what migrate says of a failure', () => {
  const server = (code: number, codeName: string) =>
    dependencyDown(
      'database',
      new mongoose.mongo.MongoServerError({ code, codeName, errmsg: 'command { passwordHash: "secret" }' }),
    );

  it('is what the operator can do, never the command', () => {
    expect(explain(server(13, 'Unauthorized'), [])).toContain('needs readWrite');
    expect(explain(server(18, 'AuthenticationFailed'), [])).toContain('password is wrong');
    expect(explain(server(14031, 'OutOfDiskSpace'), [])).toContain('the disk of the database is full');
    expect(explain(server(4711, 'Strange'), [])).toContain('the server said Strange');
    for (const code of [13, 18, 14031, 4711]) expect(explain(server(code, 'X'), [])).not.toContain('secret');
  });

  it('never shows a password, in whatever form it is there', () => {
    const text = `${ADDRESS} and ${SECRET} and ${decodeURIComponent(SECRET)} and mongodb://x:y@z`;
    expect(explain(new Error(text), [ADDRESS])).toBe('the address and *** and *** and mongodb://***@z');
    expect(shown(ADDRESS)).toBe('mongodb://127.0.0.1:1/parley');
  });
});
