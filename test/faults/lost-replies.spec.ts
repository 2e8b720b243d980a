import { setTimeout as sleep } from 'node:timers/promises';
import { Leases } from '../../src/rate-limit/index.js';
import { Queue } from '../../src/queue/index.js';
import { IdempotencyKeys } from '../../src/generation/keys/idempotency-keys.js';
import type { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';
import { Proxy } from '../support/proxy.js';
import { eventsOf, type ServerEvent, textOf } from '../support/sse.js';

const CLIENTS = 24;
const ROUNDS = 3;

/** Whatever a question and its answer write, and what an ask reads before, as it looks on the wire. */
const inRedis = {
  log: /:log:/,
  'places in the line': /:in-flight:/,
  'the queue of jobs': /answers\}:/,
  leases: /leases\}/,
  windows: /:hits:message-user/,
  sessions: /sessions\}/,
  notices: /PUBLISH/i,
};
const command = (name: string, collection: string) => new RegExp(`\\x02${name}\\0[^]{4}${collection}\\0`);
const inMongo = {
  'a bulk of messages': command('update', 'messages'),
  'one message': command('findAndModify', 'messages'),
  conversations: command('findAndModify', 'conversations'),
  'a key claimed': command('findAndModify', 'idempotency_keys'),
  'a key accepted': command('update', 'idempotency_keys'),
  reading: command('find', 'messages'),
};

interface Asked {
  question: string;
  events: ServerEvent[];
  refusals: number;
}

describe('replies of Redis and MongoDB that are lost after their writes held', () => {
  let provider: Provider;
  let backends: Backends;
  let cluster: TestCluster;
  let proxies: Proxy[] = [];
  const sent = new Map<string, string[]>();

  beforeEach(async () => {
    sent.clear();
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterEach(async () => {
    await cluster?.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await backends?.stop();
    await provider?.stop();
  });

  /** The model: some words, one after the other. */
  async function talk(call: Call): Promise<void> {
    const words = Array.from({ length: 20 }, (_, i) => `${i} `);
    const question = call.body.messages.at(-1).content;
    sent.set(question, [...(sent.get(question) ?? []), words.join('')]);
    for (const word of words) {
      call.say(word);
      await sleep(50);
    }
    call.finish();
  }

  /** A client that does as API.md tells it to: repeats under its key what was refused, and resumes what broke off. */
  async function ask(people: Person[], question: string): Promise<Asked> {
    const asked: Asked = { question, events: [], refusals: 0 };
    const { events } = asked;
    for (let i = 0; ; i++) {
      const person = people[i % people.length];
      const key = { 'idempotency-key': question };
      const response = await (events.length
        ? person.resume(events[0].data.messageId, events.at(-1)!.id)
        : person.ask(question, 'openAI', key));
      if (response.status === 200) {
        for await (const event of eventsOf(response)) if (event.event !== 'queued') events.push(event);
      } else {
        const { code } = (await response.json()) as { code: string };
        expect(['dependency_down', 'idempotency_in_progress']).toContain(code);
        asked.refusals++;
      }
      if (/^(final|error)$/.test(events.at(-1)?.event ?? '')) return asked;
      await sleep(50);
    }
  }

  it('make no reset, no doubled text, no second answer', async () => {
    cluster = new TestCluster(backends, {
      ...provider.env,
      MESSAGE_USER_MAX: '100000',
      API_MAX: '0',
      CONCURRENT_MESSAGE_MAX: '1000',
    });
    const redis = await Proxy.before(backends.redis.port);
    const mongo = await Proxy.beforeSet(cluster.env.MONGO_URI);
    proxies = [redis, ...mongo.proxies];
    cluster.env.REDIS_URI = `redis://127.0.0.1:${redis.port}`;
    cluster.env.MONGO_URI = mongo.uri;
    const apps = [await cluster.add(), await cluster.add()];
    const people = await Promise.all(Array.from({ length: 4 }, () => apps[0].person()));
    provider.reply = (call) => void talk(call);

    const there = (person: Person): Person =>
      Object.assign(Object.create(Object.getPrototypeOf(person)), person, { url: apps[1].url });

    let isOver = false;
    const asked: Asked[] = [];
    const asking = Array.from({ length: CLIENTS }, async (_, i) => {
      const person = people[i % people.length];
      const sides = i % 2 ? [person, there(person)] : [there(person), person];
      for (let n = 0; !isOver; n++) asked.push(await ask(sides, `${i}: ${n}`));
    });
    const lose = async (proxy: Proxy, of: RegExp) => {
      await proxy.lose(of);
      // Each broken connection is made anew before the next one breaks.
      for (const person of [people[0], there(people[0])]) {
        await eventually(async () => (await person.call('GET', '/api/user')).status === 200);
      }
    };
    const losing = (async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const of of Object.values(inRedis)) await lose(redis, of);
        for (const of of Object.values(inMongo)) await lose(mongo.proxies[0], of);
      }
    })();
    await Promise.all([losing.finally(() => (isOver = true)), ...asking]).finally(() => (isOver = true));

    for (const { question, events } of asked) {
      expect(sent.get(question)).toHaveLength(1);
      expect(events.map(({ event, id }) => [event, id])).toEqual(
        events.map((_, seq) => [seq === 0 ? 'created' : seq < events.length - 1 ? 'delta' : 'final', `1-${seq}`]),
      );
      expect([textOf(events)]).toEqual(sent.get(question));
    }
    const stored = (await Promise.all(people.map(turnsOf))).flat();
    expect(stored.map(([question]) => question.text).sort()).toEqual(asked.map(({ question }) => question).sort());
    for (const [question, answer, ...more] of stored) {
      expect([question.role, answer.role, answer.status, ...more]).toEqual(['user', 'assistant', 'complete']);
      expect([answer.text]).toEqual(sent.get(question.text));
    }
    await expectNothingLeft(apps[0], people);
  });

  async function turnsOf(person: Person): Promise<any[][]> {
    const turns: any[][] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: any = await person.get(`/api/convos?limit=100${cursor && `&cursor=${cursor}`}`);
      for (const { id } of page.items) turns.push(await person.messages(id));
      cursor = page.nextCursor;
    }
    return turns;
  }

  async function expectNothingLeft(app: TestApp, people: Person[]): Promise<void> {
    const places = () => Promise.all(people.map(({ user }) => app.get(Leases).count(user.id)));
    await eventually(async () => (await places()).every((count) => count === 0));
    await eventually(async () => (await app.get(IdempotencyKeys).unaccepted(0, 10)).length === 0);
    await eventually(async () => {
      const { running, waiting } = await app.get(Queue).stats();
      return running + waiting === 0;
    });
  }
});
