import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upstream } from '../../libs/models/upstream.testing.js';
import { HeldCalls } from '../../src/generation/calls/held-calls.service.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { Queue } from '../../src/queue/index.js';
import { CallLeases } from '../../src/rate-limit/index.js';
import { TestApp } from '../support/app.js';
import { Backends, TestCluster } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { Program } from '../support/program.js';
import { sayAsOpenAi } from '../support/programs.js';

jest.setTimeout(180_000);

const messages = [{ role: 'user' as const, content: 'When is high water?' }];

/** One endpoint that takes one call at a time. */
describe.each(['embedded', 'on two instances'])('programs that wait for their turn, %s', (kind) => {
  let folder: string;
  let upstream: Upstream;
  let backends: Backends | undefined;
  let cluster: TestCluster | undefined;
  let one: TestApp;
  let two: TestApp;
  let ada: Person;
  let many: Program;
  let few: Program;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-programs-'));
    upstream = await Upstream.start();
    const file = join(folder, 'parley.yaml');
    const endpoint = { name: 'slow', baseURL: upstream.url, maxConcurrent: 1, models: ['m'] };
    writeFileSync(file, JSON.stringify({ endpoints: [endpoint] }));
    const limits = { REGISTER_MAX: '0', LOGIN_MAX: '0', PROGRAM_USER_MAX: '0', PROGRAM_CONCURRENT_MAX: '300' };
    const env = { CONFIG_FILE: file, ...limits };
    if (kind === 'embedded') one = two = await TestApp.start(env);
    else {
      backends = await Backends.start();
      cluster = new TestCluster(backends, env);
      [one, two] = [await cluster.add(), await cluster.add()];
    }
    ada = await one.person('Ada');
    many = await Program.of(ada, { scopes: ['chat'] });
    few = await Program.of(await one.person('Eve'), { scopes: ['chat'] });
  });
  afterAll(async () => {
    await (cluster ?? one)?.stop();
    await backends?.stop();
    await upstream?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    upstream.calls.length = 0;
    upstream.reply = undefined;
  });

  const chat = (by: Program, name: string, more: object = {}, init: RequestInit = {}) =>
    fetch(`${by.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'slow/m', messages, user: name, ...more }),
      ...init,
    });
  const waiting = (count: number) => eventually(async () => (await one.get(Queue).stats()).waiting === count);
  const nothingIsLeft = () =>
    eventually(async () => {
      const held = [one, two].map((app) => app.get(HeldCalls).count(true) + app.get(HeldCalls).count(false));
      const { waiting: inLine, running } = await one.get(Queue).stats();
      return [...held, inLine, running, await one.get(CallLeases).count(ada.user.id)].every((count) => count === 0);
    });

  it('do so fairly: one person’s one call is among the next three behind another’s two hundred', async () => {
    const first = chat(many, 'first');
    const held = await upstream.call(0);
    const others = Array.from({ length: 200 }, (_, i) => chat(many.at(i % 2 ? one.url : two.url), `many ${i}`));
    await waiting(200);
    const another = chat(few.at(two.url), 'another');
    await waiting(201);
    upstream.reply = (call) => sayAsOpenAi(call, { text: 'Noon.' });
    sayAsOpenAi(held, { text: 'Noon.' });
    const answers = await Promise.all([first, another, ...others]);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await Promise.all(answers.map((answer) => answer.text()));
    const at = upstream.calls.findIndex(({ body }) => body.user === 'another');
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThanOrEqual(3);
    await nothingIsLeft();
  });

  it('never have more calls under way than the endpoint takes, over all instances', async () => {
    let running = 0;
    let most = 0;
    upstream.reply = (call) => {
      most = Math.max(most, ++running);
      setTimeout(() => {
        running--;
        sayAsOpenAi(call, { text: 'Noon.' });
      }, 5);
    };
    const by = [many, many.at(two.url), few, few.at(two.url)];
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => chat(by[i % 4], `${i}`)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 40 }, () => 200));
    expect(most).toBe(1);
    await nothingIsLeft();
  });

  it('stream: the headers come while they wait, and what fails then is an event', async () => {
    const first = chat(many, 'first');
    const held = await upstream.call(0);
    const stream = await chat(many.at(two.url), 'second', { stream: true });
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    sayAsOpenAi(held, { text: 'Noon.' });
    expect((await first).status).toBe(200);
    (await upstream.call(1)).json(400, { error: { message: 'Bad.', type: 'invalid_request_error' } });
    expect(await stream.text()).toMatch(/data: \{"error":\{"message":".*Bad\./);
    await nothingIsLeft();
  });

  it('leave nothing behind where they leave in the queue', async () => {
    const first = chat(many, 'first');
    const held = await upstream.call(0);
    const leaving = new AbortController();
    const gone = [true, false].map((stream) =>
      chat(many.at(two.url), 'leaves', { stream }, { signal: leaving.signal }).then(
        (answer) => answer.text(),
        () => undefined,
      ),
    );
    await waiting(2);
    leaving.abort();
    await Promise.allSettled(gone);
    await waiting(0);
    expect(await one.get(CallLeases).count(ada.user.id)).toBe(1);
    sayAsOpenAi(held, { text: 'Noon.' });
    await (await first).text();
    await nothingIsLeft();
    expect(upstream.calls).toHaveLength(1);
  });

  it('are not more of one person than may wait or run', async () => {
    const first = chat(many, 'first');
    const held = await upstream.call(0);
    const leases = one.get(CallLeases);
    const ids = Array.from({ length: 299 }, (_, i) => `other-${i}`);
    for (const id of ids) await leases.take(ada.user.id, id, 300);
    const refused = await chat(many.at(two.url), 'too many');
    expect([refused.status, ((await refused.json()) as any).error]).toMatchObject([
      429,
      { code: 'too_many_concurrent', type: 'rate_limit_error' },
    ]);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    for (const id of ids) await leases.free(ada.user.id, id);
    sayAsOpenAi(held, { text: 'Noon.' });
    await (await first).text();
    await nothingIsLeft();
  });

  if (kind === 'embedded') return;

  it('go on where a worker goes: another keeps their places', async () => {
    const third = await cluster!.add();
    const first = chat(many, 'first');
    const held = await upstream.call(0);
    const second = chat(many.at(two.url), 'second');
    await waiting(1);
    await third.get(Lifecycle).drain();
    sayAsOpenAi(held, { text: 'Noon.' });
    sayAsOpenAi(await upstream.call(1), { text: 'Noon.' });
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    await nothingIsLeft();
  });

  it('free the place of one whose holder died, once its lease is out', async () => {
    const queue = one.get(Queue);
    const ghost = { id: 'ghost', userId: ada.user.id, holder: 'nobody' };
    await one.get(CallLeases).take(ada.user.id, 'ghost', 300);
    const data = { v: 1, kind: 'call', ...ghost };
    await queue.add({ id: 'call-ghost', data, tenant: ada.user.id, lane: 'slow', band: 'fair' });
    await eventually(async () => (await queue.state('call-ghost')) === 'running');
    const next = chat(few, 'next');
    await waiting(1);
    await one.get(CallLeases).free(ada.user.id, 'ghost');
    sayAsOpenAi(await upstream.call(0), { text: 'Noon.' });
    expect((await next).status).toBe(200);
    await nothingIsLeft();
  });
});
