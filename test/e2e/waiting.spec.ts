import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { Provider } from '../support/provider.js';
import { allEvents, eventsOf } from '../support/sse.js';

describe('waiting in line', () => {
  let provider: Provider;
  let app: TestApp | undefined;

  beforeAll(async () => {
    provider = await Provider.start();
  });
  afterEach(async () => {
    await app?.stop();
    provider.calls.length = 0;
    provider.reply = undefined;
  });
  afterAll(() => provider?.stop());

  const start = async (env: Record<string, string>) =>
    (app = await TestApp.start({
      ...provider.env,
      QUEUE_CONCURRENCY: '1',
      CONCURRENT_MESSAGE_MAX: '0',
      MESSAGE_USER_MAX: '0',
      API_MAX: '0',
      ...env,
    }));
  const created = async (response: Response) => {
    const events = eventsOf(response);
    return { events, data: (await events.next()).value!.data };
  };

  it('lets another user’s question in after at most two of somebody’s fifty', async () => {
    const { person } = await start({});
    const ada = await person.call(app, 'Ada');
    const bob = await person.call(app, 'Bob');
    const order: string[] = [];
    provider.reply = (call, n) => {
      if (n === 0) return;
      order.push(call.body.messages[0].content);
      call.say('ok').finish();
    };
    const all = [];
    for (let i = 0; i < 50; i++) all.push(await created(await ada.ask(`ada ${i}`)));
    await provider.call(0);
    const his = await created(await bob.ask('bob'));
    const { items } = await bob.get('/api/streams');
    expect(items[0]).toMatchObject({ state: 'waiting', messageId: his.data.messageId });
    expect(items[0].position).toBeLessThanOrEqual(2);
    provider.calls[0].finish();
    await eventually(() => order.length === 50);
    expect(order.indexOf('bob')).toBeLessThanOrEqual(1);
    expect(order.filter((text) => text !== 'bob')).toEqual(Array.from({ length: 49 }, (_, i) => `ada ${i + 1}`));
  });

  it('shows the position, and again when it changes', async () => {
    const { person } = await start({});
    const ada = await person.call(app);
    await created(await ada.ask('running'));
    await created(await ada.ask('before'));
    const seen: number[] = [];
    let last = '';
    for await (const { id, event, data } of eventsOf(await ada.ask('waiting'))) {
      last = event;
      if (event !== 'queued') continue;
      expect(id).toBeUndefined();
      seen.push(data.position);
      if (seen.length === 1) (await provider.call(0)).finish();
      if (seen.length < 2) continue;
      provider.reply = (call) => call.finish();
      (await provider.call(1)).finish();
    }
    expect(last).toBe('final');
    expect(seen).toEqual([2, 1]);
  });

  it('refuses what would wait too long in line, and says when to come back', async () => {
    const { person } = await start({ QUEUE_MAX_WAITING: '2' });
    const ada = await person.call(app);
    await created(await ada.ask('running'));
    await provider.call(0);
    await created(await ada.ask('waits'));
    await created(await ada.ask('waits too'));
    const response = await ada.ask('one too many', 'openAI', { 'idempotency-key': 'full' });
    expect([response.status, ((await response.json()) as any).code]).toEqual([503, 'queue_full']);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    // It keeps no key, no place and no message.
    expect((await ada.get('/api/streams')).items).toHaveLength(3);
    provider.reply = (call) => call.say('ok').finish();
    provider.calls[0].finish();
    await eventually(async () => (await ada.get('/api/streams')).items.length === 0);
    const again = await allEvents(await ada.ask('one too many', 'openAI', { 'idempotency-key': 'full' }));
    expect(again.at(-1)!.event).toBe('final');
  });

  it('holds an endpoint to its maxConcurrent while others go on', async () => {
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const folder = await mkdtemp(`${tmpdir()}/parley-`);
    const file = `${folder}/parley.yaml`;
    const local = { name: 'local', baseURL: provider.baseUrl, models: ['llama'], maxConcurrent: 2 };
    await writeFile(file, JSON.stringify({ endpoints: [local] }));
    try {
      const { person } = await start({ QUEUE_CONCURRENCY: '100', CONFIG_FILE: file });
      const ada = await person.call(app);
      for (let i = 0; i < 5; i++) await created(await ada.ask(`q${i}`, 'local'));
      await provider.call(1);
      const { items } = await ada.get('/api/streams');
      expect(items.map(({ state }: any) => state).sort()).toEqual([
        'running',
        'running',
        'waiting',
        'waiting',
        'waiting',
      ]);
      expect(
        items
          .map(({ position }: any) => position)
          .filter(Boolean)
          .sort(),
      ).toEqual([1, 2, 3]);
      expect((await ada.askAll('Hi', 'demo')).at(-1)!.event).toBe('final');
      expect(provider.calls).toHaveLength(2);
      provider.calls[0].finish();
      await provider.call(2);
      expect(provider.calls).toHaveLength(3);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses more answers at once than a user may have, and frees a place at every kind of end', async () => {
    const { person } = await start({ CONCURRENT_MESSAGE_MAX: '2', QUEUE_CONCURRENCY: '10', QUEUE_ATTEMPTS: '1' });
    const ada = await person.call(app);
    const ends: Array<(id: string, n: number, conversationId: string) => Promise<unknown>> = [
      async (_id, n) => (await provider.call(n)).say('x').finish(),
      async (_id, n) => (await provider.call(n)).fail(500),
      async (id) => ada.call('POST', `/api/streams/${id}/stop`),
      async (_id, _n, conversationId) => ada.call('DELETE', `/api/convos/${conversationId}`),
    ];
    const held = await created(await ada.ask('held'));
    for (let i = 0; i < ends.length; i++) {
      const { data, events } = await created(await ada.ask(`q${i}`));
      await provider.call(i + 1);
      const refused = await ada.ask('too many');
      expect([refused.status, ((await refused.json()) as any).code]).toEqual([429, 'too_many_concurrent']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      await ends[i](data.messageId, i + 1, data.conversationId);
      for await (const _ of events);
      await eventually(async () => (await ada.get('/api/streams')).items.length === 1);
    }
    expect((await ada.get('/api/streams')).items[0].messageId).toBe(held.data.messageId);
    const bob = await person.call(app);
    await created(await bob.ask('another user has places of his own'));
  });
});
