import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Leases } from '../../src/rate-limit/index.js';
import { TestApp } from '../support/app.js';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Program } from '../support/program.js';
import type { Person } from '../support/person.js';
import { type Call, Provider } from '../support/provider.js';
import { allEvents, eventsOf, textOf } from '../support/sse.js';

/** Nobody listens there. */
const REFUSED = 'http://127.0.0.1:9/v1';

describe.each(['embedded', 'on Redis and MongoDB'])('endpoints that can’t answer, %s', (kind) => {
  let backends: Backends | undefined;
  let [first, second, big, small]: Provider[] = [];
  let folder: string;
  let apps: TestApp[];
  let ada: Person;

  beforeAll(async () => {
    if (kind !== 'embedded') backends = await Backends.start();
    [first, second, big, small] = await Promise.all([1, 2, 3, 4].map(() => Provider.start()));
    folder = mkdtempSync(join(tmpdir(), 'parley-fallbacks-'));
  });
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    for (const provider of [first, second, big, small]) {
      provider.calls.length = 0;
      provider.reply = undefined;
    }
  });
  afterAll(async () => {
    await Promise.all([first, second, big, small].map((provider) => provider?.stop()));
    if (folder) rmSync(folder, { recursive: true, force: true });
    await backends?.stop();
  });

  /** `instances` of the product, of which Ada uses the first. */
  const open = async (endpoints: object[], env: Record<string, string> = {}, instances = 1) => {
    const file = join(folder, 'parley.yaml');
    writeFileSync(file, JSON.stringify({ endpoints }));
    const limits = { REGISTER_MAX: '0', LOGIN_MAX: '0', MESSAGE_USER_MAX: '0', QUEUE_BACKOFF_MS: '1' };
    const all = { ...limits, ...backends?.space(), CONFIG_FILE: file, QUEUE_ATTEMPTS: '1', ...env };
    apps = [];
    for (let i = 0; i < instances; i++) apps.push(await TestApp.start(all));
    ada = await apps[0].person('Ada');
  };
  const counts = () => [first, second, big, small].map(({ calls }) => calls.length);
  const says = (text: string) => (call: Call) => call.say(text).finish();
  const fails = (status: number) => (call: Call) => call.fail(status);
  const names = (events: Array<{ event: string }>) => events.map(({ event }) => event).filter((e) => e !== 'queued');

  describe('with several servers', () => {
    const heavy = 1000;
    /** The first is asked first until it fails, but for one of a thousand conversations. */
    const local = (url: string) => ({
      name: 'local',
      models: ['m'],
      deployments: [
        { baseURL: url, weight: heavy },
        { name: 'eu', baseURL: second.baseUrl },
      ],
    });
    const untilFirstWasAsked = async (wasAsked: () => boolean) => {
      let events = await ada.askAll('Hi', 'local');
      while (!wasAsked()) events = await ada.askAll('Hi', 'local');
      return events;
    };

    it.each([429, 500, 503])('go on with the next one after a %i', async (status) => {
      await open([local(first.baseUrl)]);
      first.reply = fails(status);
      second.reply = says('from eu');
      const events = await untilFirstWasAsked(() => first.calls.length > 0);
      expect(names(events)).toEqual(['created', 'delta', 'final']);
      expect(events.at(-1)!.data.message).toMatchObject({ text: 'from eu', endpoint: 'local', model: 'm' });
      // It rests.
      await ada.askAll('Hi', 'local');
      expect(first.calls).toHaveLength(1);
    });

    it('go on with the next one where one can’t be reached, or says nothing', async () => {
      await open([local(REFUSED)]);
      second.reply = says('from eu');
      const [created, ...rest] = await ada.askAll('Hi', 'local');
      expect([created.data.model, textOf(rest)]).toEqual(['m', 'from eu']);
      await Promise.all(apps.map((app) => app.stop()));
      await open([local(first.baseUrl)], { MODEL_FIRST_BYTE_SECONDS: '1' });
      const events = await untilFirstWasAsked(() => first.calls.length > 0);
      expect(names(events)).toEqual(['created', 'delta', 'final']);
      // What it may have cost is counted beside the provider's own 5 and 7.
      const { usage } = events.at(-1)!.data;
      expect([usage.inputTokens > 5, usage.outputTokens, usage.estimated]).toEqual([true, 7, true]);
    });

    it('tell of what one refused for good, and don’t ask another', async () => {
      await open([local(first.baseUrl)]);
      first.reply = fails(400);
      second.reply = says('from eu');
      const events = await untilFirstWasAsked(() => first.calls.length > 0);
      expect(events.at(-1)).toMatchObject({ event: 'error', data: { code: 'model_refused' } });
      expect(JSON.stringify(events)).not.toContain('127.0.0.1');
    });
  });

  describe('with another endpoint that stands in', () => {
    const local = (more: object = {}) => ({
      ...{ name: 'local', baseURL: first.baseUrl, models: ['m'], fallbacks: ['big/x', 'small/y'], ...more },
    });
    const others = (bigMore: object = {}) => [
      { name: 'big', baseURL: big.baseUrl, models: ['x'], ...bigMore },
      { name: 'small', baseURL: small.baseUrl, models: ['y'] },
    ];

    it('tell who answered: no retry, no new epoch', async () => {
      await open([local(), ...others()]);
      first.reply = fails(503);
      big.reply = says('from big');
      const events = await ada.askAll({ message: 'Hi', instructions: 'Be kind' }, 'local');
      expect(names(events)).toEqual(['created', 'delta', 'final']);
      expect(events[0].data).toMatchObject({ endpoint: 'local', model: 'm' });
      expect(events.map(({ id }) => id?.split('-')[0]).filter(Boolean)).toEqual(['1', '1', '1']);
      const { message, conversation, usage } = events.at(-1)!.data;
      const real = { text: 'from big', endpoint: 'big', model: 'x', status: 'complete' };
      expect(message).toMatchObject(real);
      expect(conversation).toMatchObject({ endpoint: 'local', model: 'm' });
      expect(usage).toEqual({ inputTokens: 5, outputTokens: 7 });
      expect((await ada.messages(message.conversationId)).at(-1)).toMatchObject(real);
      expect(big.calls[0].body).toMatchObject({ model: 'x', messages: [{ content: 'Be kind' }, { content: 'Hi' }] });
      // The conversation goes on with whom it was begun.
      first.reply = says('well again');
      const next = await ada.askAll({ message: 'And?', conversationId: message.conversationId }, 'local');
      expect(next.at(-1)!.data.message).toMatchObject({ text: 'well again', endpoint: 'local', model: 'm' });
      expect(counts()).toEqual([2, 0, 1, 0]);
    });

    it('are taken one after another, and where none can, tell of their own', async () => {
      await open([local(), ...others()], { QUEUE_ATTEMPTS: '2' });
      first.reply = fails(429);
      big.reply = fails(400);
      small.reply = says('from small');
      expect((await ada.askAll('Hi', 'local')).at(-1)!.data.message).toMatchObject({ endpoint: 'small', model: 'y' });
      small.reply = fails(500);
      const events = await ada.askAll('Hi', 'local');
      expect(names(events)).toEqual(['created', 'retry', 'reset', 'error']);
      const { code, message } = events.at(-1)!.data;
      expect([code, message.endpoint, message.model]).toEqual(['model_rate_limited', 'local', 'm']);
      expect(counts()).toEqual([3, 0, 3, 3]);
    });

    it('are not taken once something has come, nor for what was refused', async () => {
      await open([local(), ...others()]);
      first.reply = (call) => call.say('half').breakOff();
      big.reply = says('from big');
      const broken = await ada.askAll('Hi', 'local');
      expect(broken.at(-1)!.data).toMatchObject({ code: 'model_broken_stream', message: { text: 'half', model: 'm' } });
      first.reply = fails(400);
      expect((await ada.askAll('Hi', 'local')).at(-1)!.data.code).toBe('model_refused');
      expect(counts()).toEqual([2, 0, 0, 0]);
    });

    it('are asked only for what they take: an effort, and all of the conversation', async () => {
      const thinking = { models: [{ name: 'm', reasoning: true }] };
      const [tiny, able] = others({ models: [{ name: 'x', reasoning: true, contextTokens: 50 }] });
      await open([local(thinking), tiny, { ...able, models: [{ name: 'y', reasoning: true }] }]);
      first.reply = fails(503);
      big.reply = says('from big');
      small.reply = says('from small');
      const long = { message: 'word '.repeat(100), reasoningEffort: 'high' };
      expect((await ada.askAll(long, 'local')).at(-1)!.data.message.model).toBe('y');
      expect((await ada.askAll({ message: 'Hi', reasoningEffort: 'high' }, 'local')).at(-1)!.data.message.model).toBe(
        'x',
      );
      await Promise.all(apps.map((app) => app.stop()));
      await open([local(thinking), ...others()]);
      expect((await ada.askAll({ message: 'Hi', reasoningEffort: 'high' }, 'local')).at(-1)!.event).toBe('error');
    });

    it('are asked only where the key may ask them', async () => {
      await open([local(), ...others()]);
      first.reply = fails(503);
      small.reply = says('from small');
      const program = await Program.of(ada, { models: ['local/m', 'small/y'] });
      const events = await allEvents(await program.ask({ message: 'Hi' }, 'local'));
      expect(events.at(-1)!.data.message).toMatchObject({ endpoint: 'small', model: 'y' });
      const narrow = await Program.of(ada, { models: ['local/m'] });
      const refused = await allEvents(await narrow.ask({ message: 'Hi' }, 'local'));
      expect(refused.at(-1)!.data.code).toBe('model_unavailable');
      expect(counts()).toEqual([2, 0, 0, 1]);
    });

    it('are stopped like any answer', async () => {
      await open([local(), ...others()]);
      first.reply = fails(503);
      const events = eventsOf(await ada.ask('Hi', 'local'));
      const { messageId } = (await events.next()).value!.data;
      const call = (await big.call(0)).say('half');
      while ((await events.next()).value!.event !== 'delta');
      await ada.call('POST', `/api/streams/${messageId}/stop`);
      await eventually(() => call.closed);
      let last;
      for await (const event of events) last = event;
      expect(last!.data.message).toMatchObject({ status: 'stopped', text: 'half', endpoint: 'big', model: 'x' });
    });

    it('write titles, too', async () => {
      await open([local(), ...others()], { TITLES: 'model' });
      first.reply = fails(503);
      const isTitle = ({ body }: Call) => body.messages[0].role === 'system';
      big.reply = (call) => (isTitle(call) ? call.fail(503) : call.say('from big').finish());
      small.reply = says('A title');
      const { conversationId } = (await ada.askAll('Please explain', 'local'))[0].data;
      const title = async () => (await ada.get(`/api/convos/${conversationId}`)).conversation.title;
      await eventually(async () => (await title()) === 'A title');
    });

    it('hold to the other’s maxConcurrent, over all instances', async () => {
      const instances = kind === 'embedded' ? 1 : 2;
      await open([local({ fallbacks: ['big/x'] }), ...others({ maxConcurrent: 1 })], {}, instances);
      const elsewhere = ada.at(apps.at(-1)!.url);
      first.reply = fails(503);
      // Its own has the only place: who falls back does not wait for it.
      const own = allEvents(await ada.ask('own', 'big'));
      const call = await big.call(0);
      expect((await elsewhere.askAll('Hi', 'local')).at(-1)!.data.code).toBe('model_unavailable');
      expect(big.calls).toHaveLength(1);
      call.say('done').finish();
      await own;
      // Who falls back has it: its own wait.
      const leases = apps[0].get(Leases);
      await eventually(async () => (await leases.count('endpoint:big')) === 0);
      const other = allEvents(await elsewhere.ask('Hi', 'local'));
      const fallen = await big.call(1);
      const waits = allEvents(await ada.ask('own again', 'big'));
      await eventually(async () => (await leases.count('endpoint-waiting:big')) === 1);
      // While one of its own waits, nobody else comes in between.
      expect((await elsewhere.askAll('Hi', 'local')).at(-1)!.data.code).toBe('model_unavailable');
      expect(big.calls).toHaveLength(2);
      fallen.say('fallen back').finish();
      (await big.call(2)).say('its own').finish();
      expect((await other).at(-1)!.data.message).toMatchObject({ text: 'fallen back', endpoint: 'big' });
      expect((await waits).at(-1)!.data.message).toMatchObject({ text: 'its own', endpoint: 'big' });
      await eventually(async () => (await leases.count('endpoint:big')) === 0);
      expect(await leases.count('endpoint-waiting:big')).toBe(0);
    });
  });
});
