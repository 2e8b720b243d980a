import type { Page } from 'playwright-core';
import { useWeb } from './harness.js';
import { answered, ask, field, said } from './steps.js';

/** Assets that the page loads only when it needs them. */
const NO_ASSET = [/Failed to load resource/, /net::ERR/];

/** Nothing that is asked for from now on can be had. Gives what ends that. */
async function cutOff(page: Page, what = /\/assets\//): Promise<() => Promise<void>> {
  await page.route(what, (route) => route.abort());
  return () => page.unroute(what);
}

const back = (page: Page) => page.evaluate(() => dispatchEvent(new Event('online')));

describe('a part of the page that can not be loaded', () => {
  const web = useWeb();

  beforeEach(() => {
    web.expects(...NO_ASSET);
    web.provider.reply = (call) => {
      call.say('Here: **bold**, and\n\n```js\nlet x = 1;\n```\n');
      call.finish();
    };
  });

  it('is told in its own place, and tried again; the conversation stays', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'one');
    await answered(page);
    await field(page).fill('a draft');
    const end = await cutOff(page);

    await page.keyboard.press('Control+k');
    const dialog = page.getByRole('dialog', { name: 'Search' });
    await dialog.getByRole('alert').getByText('could not be loaded').waitFor();
    expect(await said(page, 'Here: bold').count()).toBe(1);
    expect(await field(page).inputValue()).toBe('a draft');

    // It tries by itself as well: whoever asks for it before the network is back sees the same again.
    await dialog.getByRole('button', { name: 'Try again' }).click();
    await dialog.getByRole('alert').getByText('could not be loaded').waitFor();
    await end();
    await dialog
      .getByRole('combobox')
      .or(dialog.getByRole('searchbox'))
      .or(dialog.getByRole('textbox'))
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    expect(await field(page).inputValue()).toBe('a draft');
  });

  it('comes by itself when the network is back, with its styles', async () => {
    const page = await web.open(await web.person());
    await field(page).waitFor();
    const end = await cutOff(page);
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Settings' }).click();
    await page.getByRole('alert').getByText('could not be loaded').waitFor();
    await end();
    await back(page);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.waitForFunction(() => getComputedStyle(document.querySelector('.settings')!).overflowY === 'auto');
  });

  it('is an answer’s Markdown: its text is read meanwhile, and drawn when it can be', async () => {
    const person = await web.person();
    const page = await web.open(person, { path: '/login' });
    await page.goto(web.url);
    await field(page).waitFor();
    const end = await cutOff(page);
    await ask(page, 'one');
    await said(page, '**bold**').waitFor();
    await answered(page);
    await end();
    await back(page);
    await page.locator('strong', { hasText: 'bold' }).waitFor();
  });

  it.each(['by itself', 'when the network is back'])(
    'is the worker that long texts need: they are drawn %s',
    async (how) => {
      web.provider.reply = (call) => {
        call.say(`# Title\n\n${'A paragraph of **plain** words about the matter.\n\n'.repeat(60)}`);
        call.finish();
      };
      const page = await web.open(await web.person());
      await field(page).waitFor();
      const end = await cutOff(page, /\/assets\/worker-/);
      const cut = page.waitForEvent('requestfailed', (request) => request.url().includes('/assets/worker-'));
      await ask(page, 'one');
      await cut;
      await said(page, '**plain**').first().waitFor();
      await answered(page);
      await end();
      if (how !== 'by itself') await back(page);
      await page.locator('strong', { hasText: 'plain' }).nth(59).waitFor();
      await page.getByRole('heading', { name: 'Title' }).waitFor();
    },
  );

  it('is the colours of code: it is read without them meanwhile', async () => {
    const page = await web.open(await web.person());
    await field(page).waitFor();
    const end = await cutOff(page, /\/assets\/colours-/);
    const cut = page.waitForEvent('requestfailed', (request) => request.url().includes('/assets/colours-'));
    await ask(page, 'one');
    await cut;
    await answered(page);
    await page.locator('pre', { hasText: 'let x = 1;' }).waitFor();
    expect(await page.locator('.hljs-keyword').count()).toBe(0);
    await end();
    await back(page);
    await page.locator('.hljs-keyword', { hasText: 'let' }).waitFor();
  });
});

describe('a connection that nobody answers on', () => {
  const web = useWeb();

  it('is given up by the page, and the question is repeated: asked of the model once', async () => {
    web.provider.reply = (call) => {
      call.say('At last.');
      call.finish();
    };
    const page = await web.open(await web.person());
    const keys: string[] = [];
    await page.route(/\/api\/ask\//, (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      // The first is left hanging without a byte.
      if (keys.length > 1) return route.continue();
    });
    await page.clock.install();
    await field(page).fill('one');
    await page.keyboard.press('Enter');
    while (keys.length < 2) await page.clock.runFor(5_000);
    await page.clock.resume();
    await said(page, 'At last.').waitFor();
    expect(new Set(keys).size).toBe(1);
    expect(web.provider.calls).toHaveLength(1);
  });

  it('is given up as the page opens, too, which says meanwhile what it does', async () => {
    const page = await web.open(await web.person());
    await field(page).waitFor();
    let refreshes = 0;
    await page.route(/\/api\/auth\/refresh$/, (route) => (refreshes++ === 0 ? undefined : route.continue()));
    await page.reload();
    await page.getByRole('status').getByText('Loading').waitFor();
    await field(page).waitFor();
    expect(refreshes).toBeGreaterThan(1);
  });
});
