import type { Page } from 'playwright-core';
import { useWeb } from './harness.js';
import { answered, ask, field, list, row, said, thread } from './steps.js';

describe('what models write', () => {
  const web = useWeb();

  async function answer(text: string): Promise<Page> {
    web.provider.reply = (call) => call.say(text).finish();
    const page = await web.open(await web.person());
    await ask(page, 'What?');
    await answered(page);
    return page;
  }

  it('breaks lines in the cells of a table, leaves single tildes, and shows formulas on lines of their own', async () => {
    const page = await answer(
      'From ~5 to ~7 ~~not 8~~.\n\n| a | b |\n| - | - |\n| one<br>two<br/>three | <b>x</b> |\n\nSo:\n$$x^2$$\nand $y$.',
    );
    await page.locator('.katex-display').waitFor();
    expect(await page.locator('.katex').count()).toBe(2);
    expect(await page.locator('td').first().innerText()).toBe('one\ntwo\nthree');
    expect(await page.locator('td').nth(1).innerText()).toBe('<b>x</b>');
    expect(await page.locator('del').allInnerTexts()).toEqual(['not 8']);
  });

  it('is nothing at all, and is said to be', async () => {
    const page = await answer('');
    await row(page, 'The model ended its answer without a word.').waitFor();
    await page.reload();
    await said(page, 'The model ended its answer without a word.').waitFor();
  });

  it('is printed as a whole, and nothing but that', async () => {
    const page = await answer('A point.\n\n'.repeat(60));
    for (const text of ['Second', 'Third']) {
      await ask(page, text);
      await row(page, text).waitFor();
      await answered(page);
    }
    await page.reload();
    await row(page, 'Third').waitFor();
    expect(await row(page, 'What?').count()).toBe(0);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    expect(await thread(page).locator('> li').count()).toBe(6);
    const { height } = (await thread(page).boundingBox())!;
    expect(height).toBeGreaterThan(3 * 60 * 20);
    expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThanOrEqual(height);
    expect(await field(page).isVisible()).toBe(false);
    expect(await list(page).isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(33, 31, 27)');
    await page.emulateMedia({ media: 'screen' });
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await page.waitForFunction(() => document.querySelectorAll('.thread-list > li').length < 6);
  });
});
