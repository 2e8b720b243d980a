import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mongo } from 'mongoose';
import { Backends } from '../../support/cluster.js';
import { command } from '../../support/command.js';
import { eventually } from '../../support/eventually.js';
import { Person } from '../../support/person.js';
import { build, Server } from '../../support/process.js';
import { type Call, Provider } from '../../support/provider.js';

type Doc = mongo.Document & { _id: string };
/** Of each collection, by id. */
type Contents = Map<string, Map<string, Doc>>;

const CONVERSATIONS = 60;
const WRITERS = 6;

/** A real operator's drill: two servers, a backup while people write, a disaster, a restore, and a look at everything. */
describe.each(['none', 'month'])('a restore drill, messages by %s', (partition) => {
  let provider: Provider;
  let backends: Backends;
  let folder: string;
  let env: Record<string, string>;
  let client: mongo.MongoClient;
  let servers: Server[] = [];

  const start = async () => {
    servers = await Promise.all([0, 1].map(() => Server.start(env)));
  };
  const stop = async () => {
    await Promise.all(servers.map((server) => server.end('SIGTERM')));
  };

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'parley-drill-'));
    provider = await Provider.start();
    backends = await Backends.start();
    const off = { REGISTER_MAX: '0', LOGIN_MAX: '0', MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', API_MAX: '0' };
    const own = { DATA_DIR: folder, MONGO_MESSAGE_PARTITION: partition, SHUTDOWN_GRACE_SECONDS: '1', TITLES: 'words' };
    env = { ...backends.space(), ...provider.env, ...off, ...own };
    client = new mongo.MongoClient(env.MONGO_URI);
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await client?.close();
    await backends?.stop();
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  const contents = async (): Promise<Contents> => {
    const found = await client.db().listCollections({}, { nameOnly: true }).toArray();
    const all: Contents = new Map();
    for (const { name } of found) {
      const docs = await client.db().collection<Doc>(name).find().toArray();
      // Months lie in collections of their own: for a comparison they are one.
      const kind = name.replace(/^messages_.*/, 'messages');
      all.set(kind, new Map([...(all.get(kind) ?? []), ...docs.map((doc) => [doc._id, doc] as const)]));
    }
    return all;
  };
  const of = (all: Contents, kind: string) => [...(all.get(kind)?.values() ?? [])];

  it('brings back all that had ended, whole conversations of what was going on, and nothing that was deleted', async () => {
    await start();
    const at = (n: number) => servers[n % 2].url;
    const people = await Promise.all(['Ada', 'Bea', 'Cy'].map((name, i) => Person.join(at(i), name)));
    const quick = (call: Call) => call.say('walrus ', 'and carpenter').finish();
    provider.reply = quick;

    // What had ended before.
    const settled: string[] = [];
    for (let i = 0; i < CONVERSATIONS; i += WRITERS) {
      const asked = Array.from({ length: WRITERS }, (_, n) => people[n % 3].at(at(n)).askAll(`settled ${i + n}`));
      settled.push(...(await Promise.all(asked)).map((events) => events[0].data.conversationId as string));
    }
    const [deleted, ...kept] = settled;
    expect((await people[0].call('DELETE', `/api/convos/${deleted}`)).status).toBe(204);
    const before = await contents();

    // What goes on meanwhile: long answers, new conversations, further turns, changes, deletions, new people.
    let isBusy = true;
    let turns = 0;
    const held: Call[] = [];
    provider.reply = (call) => {
      if (call.body.messages.at(-1).content !== 'long') return quick(call);
      held.push(call.say('begun'));
    };
    const work = async (n: number) => {
      const person = people[n % 3].at(at(n));
      let conversationId: string | undefined;
      while (isBusy) {
        const turn = turns++;
        const events = await person.askAll({ message: `busy ${turn}`, conversationId });
        ({ conversationId } = events[0].data);
        if (turn % 3 === 0) await person.call('PATCH', `/api/convos/${conversationId}`, { title: `t${turn}` });
        if (turn % 4 > 0) continue;
        await person.call('DELETE', `/api/convos/${conversationId}`);
        conversationId = undefined;
      }
    };
    const writers = Array.from({ length: WRITERS }, (_, n) => work(n));
    const joining = (async () => {
      while (isBusy) await Person.join(at(turns));
    })();
    const long = people.map((person) => person.ask('long').catch(() => undefined));
    await eventually(() => held.length === people.length && turns > WRITERS);

    const file = join(folder, `backup-${partition}`);
    const from = turns;
    const backup = await command(env, 'backup', file);
    expect(backup).toMatchObject({ code: 0, said: expect.stringContaining('and read it again') });
    await eventually(() => turns > from + WRITERS);
    isBusy = false;
    await Promise.all([...writers, joining]);
    for (const response of await Promise.all(long)) await response?.body?.cancel();

    // A restore beside servers that run would be a second disaster.
    const refused = await command(env, 'restore', file);
    expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('Stop all servers first') });
    await stop();
    const after = await contents();

    await client.db().dropDatabase();
    await backends.redis.restart();
    expect(await command(env, 'restore', file)).toMatchObject({ code: 0 });
    // Nobody's second backup under the same name, and nothing half done beside it.
    expect(readdirSync(folder).filter((name) => name.startsWith('backup'))).toEqual([`backup-${partition}`]);
    const now = await contents();

    // All that had ended, to the last field.
    for (const kind of ['conversations', 'messages', 'users', 'accounts']) {
      const wanted = of(before, kind).filter((doc) => !doc.buriedAt && !doc.buried && doc.conversationId !== deleted);
      for (const doc of wanted) expect(now.get(kind)?.get(doc._id)).toEqual(doc);
    }
    expect(kept.filter((id) => !now.get('conversations')?.has(id))).toEqual([]);
    expect(now.get('conversations')?.has(deleted)).toBe(false);

    // Nothing that never was (what was deleted after the backup has left its tombstone), and of what was going on: each
    // conversation whole, and nobody's but a known person's.
    for (const kind of ['conversations', 'users']) {
      expect(of(now, kind).filter(({ _id }) => !after.get(kind)?.has(_id))).toEqual([]);
    }
    const messages = now.get('messages')!;
    for (const { _id, userId, newestMessageId, lastTurns } of of(now, 'conversations')) {
      expect(now.get('users')?.has(userId)).toBe(true);
      expect([_id, messages.has(newestMessageId), lastTurns.every((id: string) => messages.has(id))]).toEqual([
        _id,
        true,
        true,
      ]);
    }
    for (const message of messages.values()) {
      expect(now.get('conversations')?.has(message.conversationId)).toBe(true);
      if (message.parentId) expect(messages.has(message.parentId)).toBe(true);
      const meanwhile = after.get('messages')?.get(message._id);
      if (meanwhile && message.status === 'complete') expect(message.text).toBe(meanwhile.text);
    }
    // Else it was no backup under load.
    expect(of(now, 'messages').some(({ status }) => status === 'generating')).toBe(true);
    expect(of(now, 'conversations').length).toBeGreaterThan(kept.length);

    // And it is a product again.
    provider.reply = quick;
    await start();
    await eventually(async () => (await command(env, 'indexes', '--check')).code === 0);
    for (const [i, old] of people.entries()) {
      expect((await old.at(at(i)).call('GET', '/api/user')).status).toBe(401);
      const person = await Person.logIn(at(i), old.user.email);
      // Each of one's own questions that was there before.
      const own = settled.filter((id, n) => id !== deleted && (n % WRITERS) % 3 === i);
      const { items } = await person.get('/api/search?q=settled&in=messages&limit=100');
      const found = new Set(
        items.map(({ message }: { message: { conversationId: string } }) => message.conversationId),
      );
      expect(own.filter((id) => !found.has(id))).toEqual([]);
      expect((await person.askAll('afterwards')).at(-1)).toMatchObject({ event: 'final' });
      // What was being written has come to an end: nobody is left waiting.
      await eventually(async () => (await person.get('/api/streams')).items.length === 0);
    }
  });
});
