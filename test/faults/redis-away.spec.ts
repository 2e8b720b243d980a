import { Leases } from '../../src/rate-limit/index.js';
import { Queue } from '../../src/queue/index.js';
import type { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

describe('Redis goes away under running and waiting answers', () => {
  let provider: Provider;
  let backends: Backends;
  let cluster: TestCluster;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
  });
  afterAll(() => provider?.stop());
  afterEach(async () => {
    await cluster?.stop();
    await backends?.stop();
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  async function begin(durable: boolean, env: Record<string, string> = {}): Promise<Reading[]> {
    backends = await Backends.start({ durable });
    cluster = new TestCluster(backends, { ...provider.env, MESSAGE_USER_MAX: '0', API_MAX: '0', ...env });
    app = await cluster.add();
    ada = await app.person();
    const running: Reading[] = [];
    for (let i = 0; i < 5; i++) running.push(new Reading(ada, await ada.ask(`running ${i}`)));
    await provider.call(4);
    provider.calls.forEach((call) => call.say('before '));
    await eventually(() => running.every(({ text }) => text === 'before '));
    return running;
  }

  it('and comes back with its data: running answers go on without a reset, nothing is lost or stuck', async () => {
    const running = await begin(true);
    await backends.redis.kill();
    provider.calls.forEach((call) => call.say('during '));
    const refused = await ada.ask('while it is away');
    expect([refused.status, ((await refused.json()) as any).code]).toEqual([503, 'dependency_down']);
    const ready = await fetch(`${app.url}/health/ready`);
    expect([ready.status, ((await ready.json()) as any).detail]).toEqual([503, expect.stringContaining('redis')]);
    expect((await fetch(`${app.url}/health/live`)).status).toBe(200);
    // Longer than a lock of the queue lasts.
    await new Promise((resolve) => setTimeout(resolve, 10_000));

    await backends.redis.restart();
    await eventually(async () => (await fetch(`${app.url}/health/ready`)).status === 200);
    provider.calls.slice(0, 5).forEach((call) => call.say('after').finish());
    for (const reading of running) {
      expect(await reading.ended()).toMatchObject({
        event: 'final',
        data: { message: { text: 'before during after' } },
      });
      expect(reading.count('reset')).toBe(0);
      expect(reading.text).toBe('before during after');
    }
    expect(provider.calls).toHaveLength(5);
    provider.reply = (call) => call.say('again').finish();
    expect((await ada.askAll('afterwards')).at(-1)!.event).toBe('final');
    await eventually(async () => (await app.get(Leases).count(ada.user.id)) === 0);
    await eventually(async () => (await app.get(Queue).stats()).running === 0);
  });

  it('and has lost what was written last: running answers go on in a new epoch, with all of their text', async () => {
    const running = await begin(true);
    const restartFromCopy = backends.redis.copy();
    provider.calls.forEach((call) => call.say('lost '));
    await eventually(() => running.every(({ text }) => text === 'before lost '));
    await restartFromCopy();
    // Two go on writing, one ends at once, two are silent: their owner looks.
    provider.calls.slice(0, 2).forEach((call) => call.say('after '));
    provider.calls[2].finish();
    const goOn = running.filter((_, i) => i !== 2);
    await eventually(() => goOn.every((reading) => reading.count('reset') === 1));
    provider.calls.slice(0, 5).forEach((call, i) => i !== 2 && call.say('end').finish());
    for (const [i, reading] of running.entries()) {
      const text = ['before lost after end', 'before lost after end', 'before lost '][i] ?? 'before lost end';
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { status: 'complete', text } } });
      expect([reading.text, reading.count('reset')]).toEqual([text, 1]);
      expect(reading.events.find(({ event }) => event === 'reset')!.data.reason).toBe('log_lost');
    }
    expect(provider.calls).toHaveLength(5);
    await eventually(async () => (await app.get(Leases).count(ada.user.id)) === 0);
    await eventually(async () => (await app.get(Queue).stats()).running === 0);
  });

  it('and has lost its data: running answers go on in a new epoch, waiting ones are queued again', async () => {
    const running = await begin(false, { QUEUE_CONCURRENCY: '5' });
    const waiting = [new Reading(ada, await ada.ask('waiting 0')), new Reading(ada, await ada.ask('waiting 1'))];
    await eventually(() => waiting.every(({ id }) => id));
    await backends.redis.kill();
    await backends.redis.restart();
    // Sessions were in Redis too: the streams end, people log in again and resume.
    await eventually(async () => (await fetch(`${app.url}/health/ready`)).status === 200);
    expect((await ada.call('GET', '/api/streams')).status).toBe(401);
    const again = await Person.logIn(app.url, ada.user.email);
    // As soon as the owners have noticed: a log that is away has a stream all the same.
    for (const reading of [...running, ...waiting]) await reading.resume(again);
    await eventually(() => running.every((reading) => reading.count('reset') === 1));
    for (const reading of running) {
      expect(reading.events.find(({ event }) => event === 'reset')!.data.reason).toBe('log_lost');
    }
    provider.reply = (call) => call.say('waited').finish();
    provider.calls.slice(0, 5).forEach((call) => call.say('after').finish());
    for (const reading of running) {
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: 'before after' } } });
      expect(reading.text).toBe('before after');
    }
    for (const reading of waiting) {
      expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: 'waited' } } });
    }
    expect(provider.calls).toHaveLength(7);
  });
});
