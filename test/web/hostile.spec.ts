import type { Page } from 'playwright-core';
import type { Call } from '../support/provider.js';
import { PHONE, useWeb } from './harness.js';
import { answered, ask, field, row, said } from './steps.js';

/** One character for the eye: four code points of two halves each, and what joins them. */
const FAMILY = '👩‍👩‍👧‍👦';

/** Nothing is wider than the screen. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('hostile answers', () => {
  const web = useWeb();

  /** Asks, and answers with this text. */
  async function answer(text: string, say = (call: Call) => void call.say(text)): Promise<Page> {
    const page = await web.open(await web.person(), { viewport: PHONE });
    page.on('dialog', (dialog) => {
      void dialog.dismiss();
      throw new Error('a script of the answer ran');
    });
    await ask(page, 'Do your worst');
    const call = await web.provider.call(0);
    say(call);
    call.finish();
    await answered(page);
    return page;
  }

  it('run no script', async () => {
    const page = await answer(
      [
        'before <img src=x onerror="alert(1)"> <script>alert(2)</script> <svg onload=alert(3)></svg>',
        '<iframe src="javascript:alert(4)"></iframe><style>body{display:none}</style><base href="https://evil.example/">',
        '[one](javascript:alert(5)) [two](JaVaScRiPt:alert(6)) [three](data:text/html,<script>alert(7)</script>)',
        '[four](vbscript:alert(8)) <a href="javascript:alert(9)">five</a> [six](https://fine.example/page)',
        'after',
      ].join('\n\n'),
    );
    await said(page, 'after').waitFor();
    const answerOf = row(page, 'after').last();
    for (const tag of ['img', 'script', 'iframe', 'style', 'base', 'svg[onload]']) {
      expect([tag, await answerOf.locator(tag).count()]).toEqual([tag, 0]);
    }
    const links = await answerOf.locator('a').evaluateAll((all) => all.map((link) => link.getAttribute('href')));
    expect(links).toEqual(['https://fine.example/page']);
    const rel = await answerOf.locator('a').getAttribute('rel');
    for (const word of ['noopener', 'noreferrer', 'nofollow']) expect(rel).toContain(word);
  });

  it('load no picture without a click, and then that one', async () => {
    const page = await answer('![first](https://pictures.example/1.png)\n\n![second](https://pictures.example/2.png)');
    const asked: string[] = [];
    await page.route('https://pictures.example/**', (route) => {
      asked.push(route.request().url());
      return route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
    });
    await page.reload();
    const buttons = page.getByRole('button', { name: 'Show image' });
    await buttons.nth(1).waitFor();
    expect(asked).toEqual([]);
    web.expects(/asked for https:\/\/pictures\.example\/1\.png/);
    await buttons.first().click();
    await page.getByRole('img', { name: 'first' }).waitFor();
    expect(asked).toEqual(['https://pictures.example/1.png']);
  });

  it.each([
    ['an unclosed fence', 'Text\n\n```js\nconst open = true;', 'const open = true;'],
    ['200 levels of quotes', `${'> '.repeat(200)}deep`, 'deep'],
    ['200 levels of lists', Array.from({ length: 200 }, (_, i) => `${'  '.repeat(i)}- level${i}`).join('\n'), 'level0'],
    ['a wide table', `| ${'column | '.repeat(60)}\n|${' --- |'.repeat(60)}\n| ${'x | '.repeat(60)}`, 'column'],
    ['broken maths', 'Look: $\\frac{1}{$ and $$\\notacommand{x}$$ end', 'end'],
    ['combining marks without end', `Z${'\u0301\u0323\u0489'.repeat(500)} end`, 'end'],
    ['the other direction', 'שלום \u202Eabc\u202C مرحبا end', 'end'],
  ])('show %s within their bubble', async (_, text, shown) => {
    const page = await answer(text);
    await said(page, shown).first().waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await field(page).fill('still alive');
  });

  it('of one line of 1 MB leave the page alive', async () => {
    const page = await answer('', (call) => {
      for (let i = 0; i < 100; i++) call.say('a'.repeat(10_000));
    });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await field(page).fill('still alive');
    await page.reload();
    await answered(page);
  });

  it('whose characters are cut between two deltas show them whole', async () => {
    const page = await answer('', (call) => {
      for (const part of Array.from(`e\u0301 ${FAMILY}`)) call.say(part);
    });
    await said(page, `e\u0301 ${FAMILY}`).waitFor();
  });
});

describe('hostile surroundings', () => {
  const web = useWeb();

  it.each([
    ['forbidden', 'SecurityError'],
    ['full', 'QuotaExceededError'],
  ])('storage that is %s', async (_, name) => {
    const page = await web.open(await web.person(), { path: '/login' });
    await page.addInitScript((error) => {
      const refuse = () => {
        throw new DOMException('refused', error);
      };
      if (error === 'SecurityError') {
        for (const store of ['localStorage', 'sessionStorage', 'indexedDB']) {
          Object.defineProperty(window, store, { get: refuse });
        }
      } else Storage.prototype.setItem = refuse;
    }, name);
    await page.goto(web.url);
    await ask(page, 'Does it work?');
    const call = await web.provider.call(0);
    call.say('It does.');
    call.finish();
    await said(page, 'It does.').waitFor();
  });

  it.each(['2001-01-01', '2099-01-01'])('a clock that says %s', async (date) => {
    const page = await web.open(await web.person(), { path: '/login' });
    await page.clock.setSystemTime(new Date(date));
    let refreshes = 0;
    page.on('request', (request) => (refreshes += request.url().endsWith('/api/auth/refresh') ? 1 : 0));
    await page.goto(web.url);
    await ask(page, 'What time is it?');
    const call = await web.provider.call(0);
    call.say('Too late.');
    call.finish();
    await said(page, 'Too late.').waitFor();
    expect(refreshes).toBeLessThanOrEqual(2);
  });
});
