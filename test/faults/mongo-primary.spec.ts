import { setTimeout as sleep } from 'node:timers/promises';
import { mongo } from 'mongoose';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { hasControl, type MongoControl } from '../support/mongo/engine.js';
import type { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';
import { SteadyCalls } from '../support/steady-calls.js';

const PER_SECOND = 100;
/** Where the machine can't keep up: more would wait for one another longer than the product waits for its database. */
const MOST_PENDING = 20;

/** What two clients' writes came to: what was acknowledged, what failed and when. */
class Writes {
  readonly asked = new Map<string, Reading>();
  readonly titles = new Map<string, string>();
  /** What failed, and when it was sent. */
  readonly errors: Array<{ sentAt: number; status: number; code: string }> = [];
  repeated = 0;
  /** Conversations that nobody renames right now. */
  private readonly free: string[] = [];

  constructor(private readonly clients: Person[]) {}

  /** Every fifth one asks, the others rename a conversation. */
  async make(n: number): Promise<void> {
    const conversationId = n % 5 ? this.free.shift() : undefined;
    if (conversationId) await this.rename(n, conversationId);
    else await this.ask(n);
  }

  private async ask(n: number): Promise<void> {
    const text = `question ${n}`;
    const response = await this.until200(n, (person) => person.ask(text, 'openAI', { 'idempotency-key': `key-${n}` }));
    const reading = new Reading(this.client(n), response);
    this.asked.set(text, reading);
    await eventually(() => reading.events.length > 0);
    this.free.push(reading.events[0].data.conversationId);
  }

  private async rename(n: number, conversationId: string): Promise<void> {
    const title = `title ${n}`;
    await this.until200(n, (person) => person.call('PATCH', `/api/convos/${conversationId}`, { title }));
    this.titles.set(conversationId, title);
    this.free.push(conversationId);
  }

  /** Repeats what failed as clients do: the same again, on the other instance. */
  private async until200(n: number, call: (person: Person) => Promise<Response>): Promise<Response> {
    for (let tries = 0; ; tries++) {
      const sentAt = Date.now();
      const response = await call(this.client(n + tries));
      if (response.status === 200) return response;
      const { code } = (await response.json()) as any;
      if (tries === 0) this.repeated++;
      // A repeat may also be told that its first try is still at work: it is none of the errors.
      if (tries === 0 || code !== 'idempotency_in_progress') {
        this.errors.push({ sentAt, status: response.status, code });
      }
      await sleep(Number(response.headers.get('retry-after')) * 1000);
    }
  }

  private client(n: number): Person {
    return this.clients[n % this.clients.length];
  }
}

/** All conversations of somebody, with their messages. */
async function stored(person: Person): Promise<Array<{ id: string; title: string; messages: any[] }>> {
  const all = [];
  for (let cursor = ''; ;) {
    const { items, nextCursor } = await person.get(`/api/convos?limit=100${cursor}`);
    const page = items.map(async (one: any) => ({ ...one, messages: await person.messages(one.id) }));
    all.push(...(await Promise.all(page)));
    if (!nextCursor) return all;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}

/** Resolves when a write that is repeated until it holds has held: there is a primary again. */
async function untilWritable(uri: string): Promise<void> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: 120_000 });
  try {
    await client
      .db('watch')
      .collection('primary')
      .updateOne({}, { $inc: { n: 1 } }, { upsert: true });
  } finally {
    await client.close();
  }
}

/** As long as a replica set takes after a crash, where its time-out is MongoDB's own. Calls are repeated for longer. */
const ELECTION_MS = 12_000;

const cases: Array<[string, number, (control: MongoControl) => Promise<void>]> = [
  ['is killed, and another is elected after 12 s', ELECTION_MS, (control) => control.killPrimary()],
  ['steps down', 500, (control) => control.stepDown()],
];

describe(`MongoDB's primary under ${PER_SECOND} writes a second on two instances`, () => {
  let provider: Provider;
  let backends: Backends | undefined;
  let cluster: TestCluster | undefined;
  let loop: SteadyCalls | undefined;

  beforeAll(async () => {
    provider = await Provider.start();
    provider.reply = (call) => call.say('answer to ', call.body.messages.at(-1).content).finish();
  });
  afterAll(() => provider?.stop());
  afterEach(async () => {
    loop?.stop();
    await cluster?.stop();
    await backends?.stop();
    loop = cluster = backends = undefined;
  });

  const run = hasControl() ? it.each(cases) : it.skip.each(cases);
  run('%s: what was acknowledged is kept, nothing is there twice', async (_name, electionMs, disturb) => {
    backends = await Backends.start({}, { standIn: { electionMs } });
    const unlimited = { MESSAGE_USER_MAX: '0', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', TITLES: 'words' };
    cluster = new TestCluster(backends, { ...provider.env, ...unlimited });
    const [a, b] = await Promise.all([cluster.add(), cluster.add()]);
    const ada = await a.person();
    const writes = new Writes([ada, ada.at(b.url)]);

    loop = new SteadyCalls(PER_SECOND, (n) => writes.make(n), MOST_PENDING);
    await eventually(() => loop!.issued > PER_SECOND && writes.asked.size > PER_SECOND / 5);
    await disturb(backends.mongo.control!);
    await untilWritable(backends.mongo.uri);
    const backAt = Date.now();
    // Until the database has been back for a while.
    for (const { url } of [a, b]) await eventually(async () => (await fetch(`${url}/health/ready`)).status === 200);
    const enough = loop.issued + 2 * PER_SECOND;
    await eventually(() => loop!.issued > enough);
    await loop.end();
    for (const reading of writes.asked.values()) expect(await reading.ended()).toMatchObject({ event: 'final' });

    const { errors } = writes;
    process.stderr.write(
      `  ${loop.issued} writes, ${loop.perSecond}/s; ${errors.length} errors, ${writes.repeated} writes repeated\n`,
    );
    expect(new Set(errors.map(({ status, code }) => `${status} ${code}`))).toEqual(
      new Set(errors.length > 0 ? ['503 dependency_down'] : []),
    );
    // What was sent when there was a primary again did not fail.
    expect(errors.filter(({ sentAt }) => sentAt > backAt)).toEqual([]);

    const conversations = await stored(ada);
    expect(conversations).toHaveLength(writes.asked.size);
    for (const { id, title, messages } of conversations) {
      const { text } = messages[0];
      const { messageId, conversationId } = writes.asked.get(text)!.events[0].data;
      expect(conversationId).toBe(id);
      expect(messages).toMatchObject([
        { role: 'user', text },
        { id: messageId, role: 'assistant', text: `answer to ${text}`, status: 'complete' },
      ]);
      expect(title).toBe(writes.titles.get(id) ?? text);
    }
  });
});
