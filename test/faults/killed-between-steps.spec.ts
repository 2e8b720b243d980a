import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Leases } from '../../src/rate-limit/index.js';
import { Queue } from '../../src/queue/index.js';
import { IdempotencyKeys } from '../../src/generation/keys/idempotency-keys.js';
import { TestApp } from '../support/app.js';
import { Child } from '../support/child.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { allEvents, type ServerEvent } from '../support/sse.js';

/** Where questions come to a stop, in the order of their way: see `support/stops.ts`. Nobody has begun to answer. */
const waiting = [
  'before IdempotencyKeys.claim 1',
  'after IdempotencyKeys.claim 1',
  'after Leases.take 1',
  'before Messages.appendTurn 1',
  'after Messages.appendTurn 1',
  'after EventLog.open 1',
  'before Messages.claim 1',
];
const begun = ['after Messages.claim 1', 'after Messages.branch 1'];
const answering = ['after EventLog.append 1', 'before Messages.finish 1'];
/** The end is stored; or it is by the time of the kill, because the worker was not stopped. */
const answered = [
  'after Queue.add 1',
  'after IdempotencyKeys.accept 1',
  'after Messages.finish 1',
  'after EventLog.append 2',
  'after Leases.free 1',
  'after AnswerWorker.work 1',
];
/** The queue does not take it: who asked is about to be told so. */
const notInLine = ['before IdempotencyKeys.accept 1 not in line', 'after IdempotencyKeys.accept 1 not in line'];
/** Inside of a turn: after the pair, after the conversation has taken it in; and inside of an end. */
const inMongo = ['after BulkWriteBatcher.run 1', 'after UpdateBatcher.run 1'];
const inMongosEnd = 'after UpdateBatcher.run 3';

const embedded = [...waiting, ...begun, ...answering, ...answered, ...notInLine];
const clustered = [...embedded, ...inMongo, inMongosEnd];

const is = (key: string, ...points: string[]) => points.includes(key.replace(/ (repeats|goes away)$/, ''));

describe('a process killed between any two steps of a question', () => {
  let provider: Provider;
  let child: Child;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    provider.reply = (call) => call.say('answered').finish();
  });
  afterAll(() => provider?.stop());
  beforeEach(() => provider.calls.splice(0));
  /** What a test has started, to be stopped even where it was given up. */
  const started: Array<{ stop(): unknown }> = [];
  const start = <T extends { stop(): unknown }>(one: T): T => (started.push(one), one);
  afterEach(async () => {
    await child?.kill();
    for (const one of started.splice(0).reverse()) await one.stop();
  });

  const limits = { MESSAGE_USER_MAX: '0', API_MAX: '0', CONCURRENT_MESSAGE_MAX: '200' };
  const on = (app: TestApp): Person => Object.assign(Object.create(Object.getPrototypeOf(ada)), ada, { url: app.url });

  /** A process in which all these questions have come to their stops. */
  async function stopAll(env: Record<string, string>, points: string[]): Promise<string[]> {
    const keys = points.flatMap((point) => [`${point} repeats`, `${point} goes away`]);
    child = new Child(resolve(__dirname, '../support/stops.ts'), JSON.stringify(env));
    const ready = await eventually(() => child.lines.find((line) => line.startsWith('listens ')));
    ada = await Person.join(ready.slice('listens '.length));
    // Of none of them the end ever comes.
    for (const key of keys) ada.ask(key, 'openAI', { 'idempotency-key': key }).catch(() => undefined);
    const missing = () => keys.filter((key) => !child.lines.includes(`stopped ${key}`));
    await eventually(() => missing().length === 0).catch(() => {
      throw new Error(`never came to: ${missing().join(', ')}`);
    });
    await eventually(
      async () =>
        (await statuses(
          ada,
          keys.find((key) => is(key, 'after Queue.add 1')),
        )) === 'complete ',
    );
    return keys;
  }

  /** What a client does that lost its connection: the same again, until it is told how it went. Gives back the end. */
  async function repeat(person: Person, key: string): Promise<ServerEvent> {
    for (;;) {
      const response = await person.ask(key, 'openAI', { 'idempotency-key': key });
      if (response.status === 200) return (await allEvents(response)).at(-1)!;
      expect(((await response.json()) as any).code).toBe('idempotency_in_progress');
    }
  }

  /** The last event; or that there is no stream, as of what had ended before it ever had one. */
  async function readToTheEnd(person: Person, id: string): Promise<string | undefined> {
    const response = await person.resume(id);
    if (response.status !== 200) return ((await response.json()) as { code: string }).code;
    return (await allEvents(response)).at(-1)?.event;
  }

  /** Looks again where the machine is too busy for the product's patience with its stores, which it says. */
  const patiently = <T>(look: () => Promise<T>) =>
    eventually(() =>
      look().catch((error: Error) => {
        if (!error.message.includes('dependency_down')) throw error;
        return null;
      }),
    );

  /** All answers, by their questions. A conversation is there a moment before its question, and that before the answer. */
  async function answers(person: Person): Promise<Map<string, any[]>> {
    const found = new Map<string, any[]>();
    for (const { id } of (await patiently(() => person.get('/api/convos?limit=100'))).items) {
      const [question, answer, ...more] = await patiently(() => person.messages(id));
      if (!answer) continue;
      expect([question.role, answer.role, ...more]).toEqual(['user', 'assistant']);
      found.set(question.text, [...(found.get(question.text) ?? []), answer]);
    }
    return found;
  }

  async function statuses(person: Person, key?: string): Promise<string> {
    const found = await answers(person);
    const some = key === undefined ? [...found.values()].flat() : (found.get(key) ?? []);
    return some.map(({ status }) => `${status} `).join('');
  }

  async function expectNothingLeft(app: TestApp): Promise<void> {
    await eventually(async () => (await app.get(Leases).count(ada.user.id)) === 0);
    await eventually(async () => (await app.get(IdempotencyKeys).unaccepted(0, 100)).length === 0);
    await eventually(async () => {
      const stats = await app.get(Queue).stats();
      return stats.running + stats.waiting === 0;
    });
  }

  /** Some clients repeat at once; the others went away, and repeat when all is over. Gives back what each was told. */
  async function allPutRight(app: TestApp, keys: string[]): Promise<Map<string, string>> {
    const person = on(app);
    const told = new Map<string, string>();
    const hear = async (key: string) => {
      const { event, data } = await repeat(person, key);
      told.set(key, event);
      return data.message;
    };
    const repeating = Promise.all(keys.filter((key) => key.endsWith('repeats')).map(hear));
    await eventually(async () => !(await statuses(person)).includes('generating'));
    await repeating;
    await expectNothingLeft(app);

    const before = await answers(person);
    for (const key of keys.filter((key) => key.endsWith('goes away'))) {
      const stored = before.get(key)?.[0];
      const message = await hear(key);
      if (stored) expect([key, message.id]).toEqual([key, stored.id]);
    }
    await expectNothingLeft(app);
    for (const [key, some] of await answers(person)) {
      const complete = some.filter(({ status, text }) => status === 'complete' && text === 'answered');
      expect([key, complete.length]).toEqual([key, told.get(key) === 'final' ? 1 : 0]);
      expect([key, some.length]).toEqual([key, 1]);
    }
    return told;
  }

  const callsFor = (key: string) => provider.calls.filter(({ body }) => body.messages.at(-1).content === key).length;

  it('of a cluster: another one brings all to their end', async () => {
    const backends = start(await Backends.start());
    const cluster = start(new TestCluster(backends, { ...provider.env, ...limits }));
    const keys = await stopAll(cluster.env, clustered);
    const other = await cluster.add();
    const seen = [...(await answers(on(other))).values()].flat();
    const readers = seen.map(({ id }) => readToTheEnd(on(other), id));
    await child.kill();
    const told = await allPutRight(other, keys);
    for (const end of await Promise.all(readers)) expect(end).toMatch(/^(final|error|stream_expired)$/);
    for (const key of keys) {
      expect([key, told.get(key)]).toEqual([key, 'final']);
      expect([key, callsFor(key)]).toEqual([key, is(key, ...answering) ? 2 : 1]);
    }
  });

  it('that is the only one: the next one on its folder does', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-killed-'));
    start({ stop: () => rmSync(folder, { recursive: true, force: true }) });
    const env = { ...provider.env, ...limits, STORE: 'sqlite', DATA_DIR: folder };
    const keys = await stopAll(env, embedded);
    await child.kill();
    const told = await allPutRight(start(await TestApp.start(env)), keys);
    for (const key of keys) {
      expect([key, told.get(key)]).toEqual([key, is(key, ...begun, ...answering) ? 'error' : 'final']);
      expect([key, callsFor(key)]).toEqual([key, is(key, ...begun) ? 0 : 1]);
    }
  });
});
