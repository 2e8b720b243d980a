import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Provider } from '../support/provider.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';

const METRICS_TOKEN = 'a token for metrics only';

// Several applications in this process, as instances over one backend.
jest.mock('../../libs/cluster/signals/memory/signals.js', () => {
  const { MemorySignals } = jest.requireActual('../../libs/cluster/signals/memory/signals.js');
  const shared = new MemorySignals();
  // One that closes leaves it to the others.
  const share = () => Object.assign(Object.create(shared), { close: async () => {} });
  return { MemorySignals: jest.fn(share) };
});
jest.mock('../../libs/cluster/instances/memory/instance-registry.js', () => {
  const { MemoryInstanceRegistry } = jest.requireActual('../../libs/cluster/instances/memory/instance-registry.js');
  const entries = new Map();
  return { MemoryInstanceRegistry: jest.fn(() => new MemoryInstanceRegistry(entries)) };
});
jest.mock('../../libs/cluster/totals/memory/totals.js', () => {
  const { MemoryTotals, TotalsMemory } = jest.requireActual('../../libs/cluster/totals/memory/totals.js');
  const memory = new TotalsMemory();
  return { MemoryTotals: jest.fn(() => new MemoryTotals(memory)) };
});

describe('GET /metrics', () => {
  let provider: Provider;
  let apps: TestApp[];

  beforeEach(async () => {
    apps = [];
    provider = await Provider.start();
    provider.reply = (call) => call.say('Hello').finish();
  });
  afterEach(async () => {
    for (const app of apps) await app.stop();
    await provider.stop();
  });

  const start = async (env: Record<string, string> = {}) => {
    const app = await TestApp.start({ METRICS_TOKEN, QUEUE_BACKOFF_MS: '10', ...provider.env, ...env });
    apps.push(app);
    return app;
  };
  const stop = async (app: TestApp) => {
    apps.splice(apps.indexOf(app), 1);
    await app.stop();
  };
  const get = (app: TestApp, query = '', token = METRICS_TOKEN) =>
    fetch(`${app.url}/metrics${query}`, { headers: { authorization: `Bearer ${token}` } });
  const scrape = async (app: TestApp, query = ''): Promise<Record<string, number>> =>
    read(await (await get(app, query)).text());

  const CALL = 'gen_ai_operation_name="chat",gen_ai_provider_name="openAI",gen_ai_request_model="gpt-test"';
  const complete = 'parley_generation_ends_total{status="complete"}';

  it('is there for who has the token', async () => {
    const app = await start();
    const answer = await get(app);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const token of ['', 'x', `${METRICS_TOKEN}x`, METRICS_TOKEN.slice(1), (await app.person()).token]) {
      const refused = await get(app, '', token);
      expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await refused.json()).toMatchObject({ code: 'unauthenticated' });
    }
    expect((await fetch(`${app.url}/metrics`)).status).toBe(401);
    expect((await get(app, '?scope=galaxy')).status).toBe(400);
    expect((await get(app, '?x=1')).status).toBe(400);
  });

  it('is not there where no token is set', async () => {
    const app = await TestApp.start();
    apps.push(app);
    for (const answer of [await get(app), await get(app, '?x=1'), await fetch(`${app.url}/metrics`)]) {
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ code: 'not_found' });
    }
  });

  it('tells a turn as it went', async () => {
    const app = await start();
    const ada = await app.person();
    const before = await scrape(app, '?scope=instance');
    const events = await ada.askAll('Hello?');
    const { messageId } = events[0].data;
    await (await ada.resume(messageId, '1-0')).text();
    await eventually(async () => (await scrape(app, '?scope=instance'))['parley_stream_resumes_total'] === 1);
    const after = await scrape(app, '?scope=instance');
    const grown = (series: string) => (after[series] ?? 0) - (before[series] ?? 0);
    expect(grown(complete)).toBe(1);
    expect(grown(`gen_ai_client_token_usage_sum{${CALL},gen_ai_token_type="input"}`)).toBe(5);
    expect(grown(`gen_ai_client_token_usage_sum{${CALL},gen_ai_token_type="output"}`)).toBe(7);
    expect(grown(`gen_ai_server_time_to_first_token_seconds_count{${CALL}}`)).toBe(1);
    expect(grown(`gen_ai_client_operation_duration_seconds_count{${CALL}}`)).toBe(1);
    expect(grown('parley_queue_wait_seconds_count')).toBe(1);
    expect(grown('parley_first_token_seconds_count')).toBe(1);
    expect(
      grown('parley_http_request_duration_seconds_count{method="POST",route="/api/ask/:endpoint",status="200"}'),
    ).toBe(1);
    expect(after.process_cpu_seconds_total).toBeGreaterThan(0);
    expect(after.process_resident_memory_bytes).toBeGreaterThan(1e6);
    expect(after['nodejs_eventloop_lag_seconds{quantile="0.99"}']).toBeGreaterThanOrEqual(0);
  });

  it('has gauges of what goes on', async () => {
    provider.reply = undefined;
    const app = await start({ QUEUE_CONCURRENCY: '1', STORE: 'memory' });
    const ada = await app.person();
    const readers = [await ada.ask('One'), await ada.ask('Two')];
    await provider.call(0);
    expect(await scrape(app)).toMatchObject({
      parley_generations_running: 1,
      parley_generations_waiting: 1,
      parley_oldest_waiting_seconds: expect.any(Number),
      parley_sse_streams: 2,
      parley_sockets: 0,
      'parley_instances{draining="false"}': 1,
    });
    (await provider.call(0)).say('x').finish();
    (await provider.call(1)).say('x').finish();
    for (const reader of readers) await reader.text();
    await eventually(async () => {
      const { parley_sse_streams, parley_generations_running, parley_generations_waiting } = await scrape(app);
      return parley_sse_streams + parley_generations_running + parley_generations_waiting === 0;
    });
  });

  it('counts what failed, started over and was refused', async () => {
    let calls = 0;
    provider.reply = (call) => (calls++ === 0 ? call.fail(500) : call.say('x').finish());
    const app = await start({ MESSAGE_USER_MAX: '1' });
    const ada = await app.person();
    const before = await scrape(app);
    await ada.askAll('Hello?');
    expect((await ada.ask('Again?')).status).toBe(429);
    const after = await scrape(app);
    const grown = (series: string) => after[series] - (before[series] ?? 0);
    expect(grown('parley_provider_errors_total{endpoint="openAI",code="model_unavailable"}')).toBe(1);
    expect(grown('parley_stream_resets_total{reason="retry"}')).toBe(1);
    expect(grown('parley_limits_hit_total{policy="message-user"}')).toBe(1);
    expect(grown(complete)).toBe(1);
  });

  it('holds nothing that grows with people: patterns of routes, and no ids', async () => {
    const app = await start();
    const ada = await app.person();
    const { conversationId } = (await ada.askAll('Hello?'))[0].data;
    await ada.messages(conversationId);
    await ada.call('GET', '/api/convos/nothing');
    await ada.call('GET', '/no/such/path');
    const text = await (await get(app)).text();
    expect(text).toContain('route="/api/convos/:id/messages"');
    expect(text).toContain('route="-",status="404"');
    for (const secret of [
      conversationId,
      ada.user.id,
      'no/such',
      '/nothing',
      app.get(Lifecycle).instance,
      'example.org',
    ])
      expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  describe('of several instances', () => {
    const running = (values: Record<string, number>) => values['parley_instances{draining="false"}'];
    const ask = async (person: Person, times: number) => {
      for (let i = 0; i < times; i++) await person.askAll('Hello?');
    };

    it('is the same whoever is asked; no counter falls when one stops or dies, and its gauges go', async () => {
      const [a, b, c] = [await start(), await start(), await start()];
      const before = (await scrape(a))[complete] ?? 0;
      await ask(await a.person(), 1);
      await ask(await b.person(), 2);
      await ask(await c.person(), 3);
      const own = await Promise.all([a, b, c].map((app) => scrape(app, '?scope=instance')));
      expect(own.map((values) => values[complete])).toEqual([1, 2, 3]);
      for (const app of [a, b, c]) {
        const all = await scrape(app);
        expect([all[complete] - before, running(all)]).toEqual([6, 3]);
      }

      // One dies: nothing is handed in.
      await ask(await c.person(), 1);
      const last = await scrape(a);
      await stop(c);
      const without = await scrape(a);
      expect([without[complete], running(without)]).toEqual([last[complete], 2]);
      expectNoFall(last, without);

      // One stops, with more than any scrape has seen.
      await ask(await b.person(), 4);
      await b.get(Lifecycle).drain();
      await stop(b);
      const alone = await scrape(a);
      expect([alone[complete] - before, running(alone)]).toEqual([11, 1]);
      expectNoFall(without, alone);

      const again = await start();
      const both = await scrape(again);
      expect([both[complete] - before, running(both)]).toEqual([11, 2]);
    });

    it('may be scraped by several at once', async () => {
      const [a, b] = [await start(), await start()];
      const person = await a.person();
      let isOver = false;
      const scrapers = [a, b, a].map(async (app) => {
        let before = await scrape(app);
        while (!isOver) {
          const now = await scrape(app);
          expectNoFall(before, now);
          before = now;
        }
      });
      await ask(person, 5).finally(() => (isOver = true));
      await Promise.all(scrapers);
    });
  });
});

function expectNoFall(before: Record<string, number>, after: Record<string, number>): void {
  const fallen = Object.keys(before).filter(
    (series) => /_(total|count|sum|bucket)\b/.test(series) && !(after[series] >= before[series]),
  );
  expect(fallen).toEqual([]);
}

function read(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}
