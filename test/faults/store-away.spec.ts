import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Leases } from '../../src/rate-limit/index.js';
import { Queue } from '../../src/queue/index.js';
import { type MessageRef, Messages, type Writing } from '../../src/chat/store/index.js';
import type { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Gate } from '../support/gate.js';
import { itWithControl } from '../support/mongo/engine.js';
import type { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

/** Longer than a lock of the queue, a pause of the sweep and the patience of a single call. */
const AWAY_MS = 10_000;
const RUNNING = 5;
const WAITING = 30;
const WHOLE = 'before after';

const answer = (call: Call): void => call.say('before ', 'after').finish();
const questionOf = (call: Call): string => call.body.messages.at(-1).content;

/** Five run and thirty wait. Each test has backends of its own; they run side by side. */
class Scene {
  readings: Reading[] = [];
  /** Those of which a job was just taken when the store went away. */
  starting: Reading[] = [];
  ada!: Person;
  app!: TestApp;

  private constructor(
    readonly provider: Provider,
    readonly backends: Backends,
    readonly cluster: TestCluster,
  ) {}

  static async begin(): Promise<Scene> {
    const provider = await Provider.start();
    const backends = await Backends.start({ durable: true });
    const limits = { MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '100', API_MAX: '0', TITLES: 'words' };
    const env = { ...provider.env, ...limits, QUEUE_CONCURRENCY: `${RUNNING}` };
    const scene = new Scene(provider, backends, new TestCluster(backends, env));
    scene.app = await scene.cluster.add();
    scene.ada = await scene.app.person();
    for (let i = 0; i < RUNNING + WAITING; i++) {
      scene.readings.push(new Reading(scene.ada, await scene.ada.ask(`question ${i}`)));
    }
    await eventually(() => scene.readings.every(({ id }) => id));
    await provider.call(RUNNING - 1);
    provider.calls.forEach((call) => call.say('before '));
    await eventually(() => scene.readings.filter(({ text }) => text === 'before ').length === RUNNING);
    return scene;
  }

  refOf({ events }: Reading): MessageRef {
    const { messageId, conversationId } = events[0].data;
    return { id: messageId, conversationId };
  }

  rows(): Promise<Array<Writing | null>> {
    return Promise.all(this.readings.map((reading) => this.app.get(Messages).getWriting(this.refOf(reading))));
  }

  /** The most that BullMQ has counted, of all jobs that are there. */
  async attemptsOfJobs(): Promise<number> {
    const redis = new Redis(this.backends.redis.uri);
    try {
      const ids = new Set(this.readings.map(({ id }) => id));
      const jobs = (await redis.keys('*')).filter((key) => ids.has(key.split(':').at(-1)!) && !key.includes(':log:'));
      expect(jobs.length).toBeGreaterThanOrEqual(WAITING);
      const counts = await Promise.all(jobs.map((key) => redis.hget(key, 'atm')));
      return Math.max(...counts.map(Number));
    } finally {
      redis.disconnect();
    }
  }

  /** Two answers end, so that the next two jobs are taken; held before they are claimed. */
  async startTwo(): Promise<Gate[]> {
    this.starting = this.readings.slice(RUNNING, RUNNING + 2);
    const gates = this.starting.map(({ id }) => Gate.at(this.app, Messages, 'claim', id));
    this.provider.calls.slice(0, 2).forEach((call) => call.say('after').finish());
    await Promise.all(gates.map(({ reached }) => reached));
    return gates;
  }

  /** What must be seen, once the store is back. */
  async allComplete(held: Call[]): Promise<void> {
    const { provider, readings, app, ada } = this;
    await eventually(async () => (await fetch(`${app.url}/health/ready`)).status === 200);
    held.forEach((call) => call.say('after').finish());
    for (const reading of readings) {
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: WHOLE } } });
      expect([reading.text, reading.count('reset'), reading.count('retry')]).toEqual([WHOLE, 0, 0]);
    }
    expect(provider.calls.map(questionOf).sort()).toEqual(readings.map((_, i) => `question ${i}`).sort());
    for (const row of await this.rows()) {
      expect(row).toMatchObject({ status: 'complete', text: WHOLE, epoch: 1, attempts: 0, deaths: 0 });
    }
    // What was not freed at its end, the sweep frees.
    await eventually(async () => (await app.get(Leases).count(ada.user.id)) === 0);
    await eventually(async () => {
      const { running, waiting } = await app.get(Queue).stats();
      return running === 0 && waiting === 0;
    });
  }

  async stop(): Promise<void> {
    Gate.openAll();
    // Whoever ends an answer waits for them.
    await this.backends.redis.revive();
    await this.backends.mongo.control?.restart();
    await this.cluster.stop();
    await this.backends.stop();
    await this.provider.stop();
  }
}

describe('a store is away for ten seconds while answers run, wait and start', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.begin();
  });
  afterEach(() => scene?.stop());

  it('Redis: no attempt is used up, all complete', async () => {
    const gates = await scene.startTwo();
    await scene.backends.redis.kill();
    gates.forEach((gate) => gate.open());
    // It can be claimed and asked all the same: only the queue and the log are away.
    await scene.provider.call(RUNNING + 1);
    scene.provider.calls.slice(RUNNING).forEach((call) => call.say('before '));
    await sleep(AWAY_MS);
    const { provider } = scene;
    expect(provider.calls).toHaveLength(RUNNING + 2);
    await scene.backends.redis.restart();
    expect(await scene.attemptsOfJobs()).toBe(0);
    provider.reply = answer;
    await scene.allComplete(provider.calls.slice(2));
  });

  itWithControl()('MongoDB: no attempt is used up, all complete', async () => {
    const gates = await scene.startTwo();
    const { control } = scene.backends.mongo;
    // The dying primary may still write a claim, and nobody hears of it.
    const dying = control!.killPrimary();
    gates.forEach((gate) => gate.open());
    await dying;
    await control!.killAll();
    await sleep(AWAY_MS);
    const { provider } = scene;
    // Who heard of no claim asked nobody.
    expect(provider.calls).toHaveLength(RUNNING);
    expect(await scene.attemptsOfJobs()).toBe(0);
    provider.reply = answer;
    await control!.restart();
    await scene.allComplete(provider.calls.slice(2, RUNNING));
  });
});
