import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { SHARDED } from '../mongo-stand-in/src/commands/sharding.js';
import { useMongo } from '../support/mongo/use-mongo.js';
import { testConfig } from '../../src/config/config.testing.js';
import { upkeepCommand, type UpkeepName } from '../../src/commands/upkeep/upkeep-command.js';

const root = resolve(__dirname, '../..');
const mongo = useMongo();

/** Not spawnSync: the stand-in lives in this process. */
function run(script: string, env: Record<string, string>, ...args: string[]): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: 240_000 };
    const child = execFile(process.execPath, [join(root, script), ...args], options, (_error, stdout, stderr) =>
      done({ code: child.exitCode ?? -1, said: `${stdout}${stderr}` }),
    );
  });
}

const members = () => /^mongodb:\/\/([^/]+)/.exec(mongo.engine.uri)![1];

describe('deploy/mongo/init.mjs', () => {
  it('a set that is there is left as it is, and what is not in it is named', async () => {
    const first = await run('deploy/mongo/init.mjs', { MEMBERS: members() });
    expect(first).toMatchObject({ code: 0, said: expect.stringContaining('is there, of 127.0.0.1') });
    // As MongoDB makes one by itself, it is slow to elect: it says so, and changes nothing.
    expect(first.said).toContain('c.settings.electionTimeoutMillis = 5000');
    const more = await run('deploy/mongo/init.mjs', { MEMBERS: `${members()},db9.example.org:27017` });
    expect(more).toMatchObject({ code: 0, said: expect.stringContaining('Not in it: db9.example.org:27017.') });
  });

  it('one that is not there is made of all that are named', async () => {
    if (!mongo.engine.supports.failPoints) return;
    const [host] = members().split(',');
    const { mongo: driver } = await import('mongoose');
    const direct = new driver.MongoClient(`mongodb://${host}/?directConnection=true`);
    try {
      const data = { failCommands: ['replSetGetStatus'], errorCode: 94 };
      await direct.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data });
      const made = await run('deploy/mongo/init.mjs', { MEMBERS: members() });
      expect(made).toMatchObject({
        code: 0,
        said: expect.stringContaining(`rs0 is made of ${members().split(',')[0]}`),
      });
      expect(made.said).toContain('5 s without a primary, and another is elected.');
    } finally {
      await direct.db('admin').command({ configureFailPoint: 'failCommand', mode: 'off' });
      await direct.close();
    }
  });

  it('needs to know the members', async () => {
    expect(await run('deploy/mongo/init.mjs', {})).toMatchObject({ code: 78 });
  });
});

describe('deploy/mongo/shard.mjs', () => {
  it('says what it would do, and does nothing to what is no sharded cluster', async () => {
    const uri = mongo.engine.uri.replace(/\/(\?|$)/, `/${mongo.engine.newDatabase()}$1`);
    const client = mongo.connect();
    const { pathname } = new URL(uri.replace(/\/\/[^/]+/, '//host'));
    await client.db(pathname.slice(1)).createCollection('messages_2026_03');
    await client.close();
    for (const args of [[], ['--yes']]) {
      const month = await run('deploy/mongo/shard.mjs', { MONGO_URI: uri, MONGO_MESSAGE_PARTITION: 'month' }, ...args);
      expect(month.code).toBe(1);
      expect(month.said).toContain('messages_2026_03","key":{"userId":"hashed"}');
      // Where upserts need the key, the stand-in of all tests asks for it.
      const sharded = [...month.said.matchAll(/^(\w+): createIndex \{"(\w+)":/gm)];
      expect(sharded.length).toBeGreaterThanOrEqual(3);
      for (const [, collection, key] of sharded) {
        expect(collection).toMatch(SHARDED.names);
        expect(key).toBe(SHARDED.key);
      }
      expect(month.said).toContain('This is no sharded cluster');
      expect(month.said).not.toContain('is sharded.');
    }
  });
});

describe('a restore drill', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'parley-drill-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('backed up under load, dropped, restored: what had ended before is there, word for word', async () => {
    const name = mongo.engine.newDatabase();
    const env = {
      STORE: 'mongo',
      MONGO_URI: mongo.engine.uri.replace(/\/(\?|$)/, `/${name}$1`),
      MONGO_SEARCH_READ_PREFERENCE: 'primary',
      ...{ MESSAGE_USER_MAX: '0', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', REGISTER_MAX: '0', LOGIN_MAX: '0' },
      ...{ DEMO_TOKENS: '20', DEMO_TOKENS_PER_SECOND: '1000' },
    };
    const config = testConfig(env);
    const said: string[] = [];
    const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
    const command = (what: UpkeepName, ...args: string[]) => upkeepCommand(what, args, config, io, async () => []);
    const file = join(folder, 'backup');
    let app = await TestApp.start(env);
    let busy = true;
    let load: Array<Promise<void>> = [];
    try {
      const people = await Promise.all(['Ada', 'Bea', 'Cy'].map((who) => app.person(who)));
      const seen = async (person: Person) => {
        const { items } = await person.get('/api/convos?limit=100');
        const messages = await Promise.all(items.map(({ id }: { id: string }) => person.messages(id)));
        return new Map(items.map((one: any, i: number) => [one.id, { ...one, messages: messages[i] }]));
      };
      for (const person of people) await person.askAll('walrus before', 'demo');
      const before = await Promise.all(people.map(seen));

      let asked = 0;
      load = people.map(async (person) => {
        while (busy) {
          await person.askAll('meanwhile', 'demo');
          asked++;
        }
      });
      await eventually(() => asked > 0);
      expect(await command('backup', file)).toBe(0);
      const from = asked;
      await eventually(() => asked > from);
      busy = false;
      await Promise.all(load);
      await app.stop();

      await mongo.client.db(name).dropDatabase();
      expect(await command('restore', file)).toBe(0);
      app = await TestApp.start(env);
      for (const [i, old] of people.entries()) {
        const person = Object.assign(Object.create(Object.getPrototypeOf(old)), old, { url: app.url }) as Person;
        const { token } = await logIn(app.url, old);
        person.token = token;
        const now = await seen(person);
        for (const [id, conversation] of before[i]) expect(now.get(id)).toEqual(conversation);
        expect((await person.get('/api/search?q=walrus&in=messages')).items.length).toBe(2);
        // And it goes on from there.
        expect((await person.askAll('afterwards', 'demo')).at(-1)).toMatchObject({ event: 'final' });
      }
    } finally {
      busy = false;
      await Promise.allSettled(load);
      await app.stop();
    }
    expect(said.join('\n')).toContain('3 users');
  });
});

async function logIn(url: string, { user }: Person): Promise<{ token: string }> {
  const { Person: People } = await import('../support/person.js');
  return People.logIn(url, user.email);
}
