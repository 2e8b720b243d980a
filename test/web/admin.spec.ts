import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { RedisServer } from '../support/redis.js';
import { faults } from './faults.js';
import { PHONE, useWeb } from './harness.js';

/** What Chromium writes into the console while there is no server. */
const AWAY = [/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/, /WebSocket connection to .* failed/];

const chart = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });
const figure = (page: Page, name: string): Locator => chart(page, name).locator('strong');
const worker = (page: Page, pid: number | undefined): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: String(pid), exact: true }) });

/** How much of a chart's canvas has been painted on. */
const painted = (page: Page, name: string): Promise<number> =>
  chart(page, name)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((_, i) => i % 4 === 3 && data[i] > 0).length;
    });

/** As when another tab comes before it, and when it comes back. */
const show = (page: Page, state: 'hidden' | 'visible'): Promise<void> =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  }, state);

/** Counts the looks at the server's state. */
function looks(page: Page): { count: number } {
  const seen = { count: 0 };
  page.on('request', (request) => {
    if (request.url().endsWith('/api/admin/status')) seen.count++;
  });
  return seen;
}

describe('the status page', () => {
  const web = useWeb({ SHUTDOWN_GRACE_SECONDS: '0' });
  let admin: Person;
  beforeAll(async () => {
    admin = await web.person('Ada');
  });

  it('shows an answer while it is written, what the server relies on, and its only worker', async () => {
    const page = await web.open(admin, { path: '/admin' });
    await page.getByRole('heading', { name: 'Everything works' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/status');
    await page.getByRole('listitem').filter({ hasText: 'SQLite' }).getByText('Up', { exact: true }).waitFor();
    await worker(page, web.server.child.pid).getByText('Running').waitFor();
    await page.getByText('for that there is no board').waitFor();
    expect(await page.getByRole('button', { name: 'Open the queue board' }).count()).toBe(0);

    expect(await figure(page, 'Answers being written').textContent()).toBe('0');
    const answer = admin.askAll('What is a lease?');
    const call = await web.provider.call(0);
    await figure(page, 'Answers being written').filter({ hasText: '1' }).waitFor();
    call.say('A promise that ends.');
    call.finish();
    await answer;
    await figure(page, 'Answers being written').filter({ hasText: '0' }).waitFor();
    await figure(page, 'Time to the first token').filter({ hasText: 'ms' }).waitFor();
    await figure(page, 'Memory').filter({ hasText: 'MB' }).waitFor();
  });

  it('draws eight curves, and says the same in tables', async () => {
    const page = await web.open(admin, { path: '/admin/status' });
    await figure(page, 'Memory').waitFor();
    expect(await page.locator('canvas').count()).toBe(8);
    const table = page.getByRole('table', { name: 'Memory in the last hour' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(['Time', String(web.server.child.pid)]);
    expect(await table.getByRole('row').nth(1).getByRole('cell').textContent()).toMatch(/^\d+\sMB$/);
  });

  it('has curves from before it was opened, and goes on with what it sees', async () => {
    const young = await web.open(admin, { path: '/admin/status' });
    await figure(young, 'Open connections').waitFor();
    const page = await web.open(admin);
    const seen = looks(page);
    let asked = 0;
    // What the server tells of itself, as if it had been running for an hour, with three sockets until now.
    await page.route('**/api/admin/status/history', async (route) => {
      asked++;
      const response = await route.fetch();
      const past = (await response.json()) as { instances: { figures: Record<string, (number | null)[]> }[] };
      for (const { figures } of past.instances) {
        for (const name in figures) figures[name] = new Array<number | null>(241).fill(figures[name][0] ?? null);
        figures.sockets.fill(3);
      }
      await route.fulfill({ response, json: past });
    });
    await page.goto(`${web.url}/admin/status`);
    const table = page.getByRole('table', { name: 'Open connections in the last hour' });
    const row = (minutes: number) =>
      table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: `−${minutes} min` }) });
    await row(60).waitFor();
    for (const minutes of [5, 30, 60]) {
      expect(await row(minutes).getByRole('cell').allTextContents()).toEqual([expect.stringMatching(/^\d+$/), '3']);
    }
    expect(await page.getByText('could not be loaded').count()).toBe(0);
    await eventually(() => seen.count >= 3);
    expect(asked).toBe(1);
    expect(await painted(page, 'Open connections')).toBeGreaterThan(await painted(young, 'Open connections'));
  });

  it('begins now where the last hour is not to be had, and says so', async () => {
    web.expects(/status of 404/);
    const page = await web.open(admin);
    await page.route('**/api/admin/status/history', (route) => route.fulfill({ status: 404 }));
    await page.goto(`${web.url}/admin/status`);
    await figure(page, 'Memory').waitFor();
    await page.getByText('What was before this page was opened could not be loaded.').waitFor();
    expect(await page.locator('canvas').count()).toBe(8);
  });

  it('looks every two seconds while it is seen, and not while it is hidden', async () => {
    const page = await web.open(admin);
    const seen = looks(page);
    await page.clock.install();
    await page.goto(`${web.url}/admin/status`);
    await figure(page, 'Memory').waitFor();
    await eventually(() => seen.count >= 3);

    await show(page, 'hidden');
    const { count } = seen;
    await page.clock.runFor(60_000);
    // One may have been on its way.
    expect(seen.count - count).toBeLessThanOrEqual(1);
    await show(page, 'visible');
    await eventually(() => seen.count >= count + 2);
  });

  it('says so when the server is away, and goes on with the next worker beside the lines of the last', async () => {
    web.expects(...AWAY, /status of (401|503)/);
    const page = await web.open(admin, { path: '/admin/status' });
    const seen = looks(page);
    const first = web.server.child.pid;
    await worker(page, first).waitFor();
    // There is a line to go on with.
    await eventually(() => seen.count >= 2);

    const restarted = web.restart('SIGTERM');
    await page.getByText('These are the figures of').waitFor();
    await restarted;
    const second = web.server.child.pid;
    await worker(page, second).waitFor();
    expect(await worker(page, first).count()).toBe(0);
    expect(await page.getByText('These are the figures of').count()).toBe(0);
    const table = page.getByRole('table', { name: 'Processor in the last hour' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual(['Time', String(first), String(second)]);
  });

  it.each([
    ['desk', 'light'],
    ['desk', 'dark'],
    ['phone', 'light'],
    ['phone', 'dark'],
  ] as const)('has no serious fault, and nothing wider than the window: %s, %s', async (size, colorScheme) => {
    const page = await web.open(admin, {
      path: '/admin/status',
      colorScheme,
      ...(size === 'phone' && { viewport: PHONE }),
    });
    await figure(page, 'Memory').waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByText(admin.user.email).waitFor();
    expect(await faults(page)).toEqual([]);
    const { scroll, client } = await page.locator('.admin').evaluate((element) => {
      return { scroll: element.scrollWidth, client: element.clientWidth };
    });
    expect(scroll).toBe(client);
  });

  it('is for admins only', async () => {
    const page = await web.open(await web.person('Grace'), { path: '/admin/status' });
    const seen = looks(page);
    await page.getByRole('heading', { name: 'Only admins see these pages.' }).waitFor();
    expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    expect(seen.count).toBe(0);
  });
});

describe('the queue board', () => {
  const env: Record<string, string> = {};
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
    Object.assign(env, { USE_REDIS: 'true', REDIS_URI: redis.uri });
  });
  const web = useWeb(env);
  afterAll(() => redis.stop());

  it('opens in a tab of its own; Redis is among the services', async () => {
    // The board asks for a web font, which our policy keeps out.
    web.expects(/fonts\.(googleapis|gstatic)\.com/);
    const page = await web.open(await web.person('Ada'), { path: '/admin/status' });
    await page.getByRole('listitem').filter({ hasText: 'Redis' }).getByText('Up', { exact: true }).waitFor();
    const [board] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: 'Open the queue board' }).click(),
    ]);
    await board.waitForURL(/\/admin\/queues/);
    await board.getByText('Parley').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/admin/status');
  });
});
