import type { Page } from 'playwright-core';
import { PHONE, useWeb } from './harness.js';
import { MainThread } from './main-thread.js';
import { answered, ask, field, row, said } from './steps.js';

const PROGRAM = Array.from(
  { length: 300 },
  (_, n) => `  out.push(items[${n}] * 2); // \\(step_${n}\\) $a$ and $b$`,
).join('\n');

describe('an answer in Markdown', () => {
  const web = useWeb();

  async function answer(text: string, page?: Page): Promise<Page> {
    web.provider.reply = (call) => call.say(text).finish();
    page ??= await web.open(await web.person());
    await ask(page, 'What?');
    await answered(page);
    return page;
  }

  it('that is long is shown as what it is, piece by piece', async () => {
    const rows = Array.from({ length: 1_000 }, (_, n) => `| Land ${n} | Town ${n} | **Asia** | ${n},000 |`).join('\n');
    const page = await answer('Wait');
    const main = await MainThread.watch(page);
    await answer(`All:\n| a | b | c | d |\n|---|---|---|---|\n${rows}\n\nThe end of it.`, page);
    await said(page, 'The end of it.').waitFor();
    const tasks = await main.stop();
    expect(await page.locator('tbody tr').count()).toBe(1_000);
    // More than one part of the table: none of its tasks is all of it.
    expect(await page.locator('tbody').count()).toBeGreaterThan(10);
    const table = page.locator('table[data-fixed]');
    const lefts = (row: string) =>
      table.locator(row).evaluate(({ children }) => [...children].map((cell) => cell.getBoundingClientRect().left));
    expect(await lefts('thead tr')).toEqual(await lefts('tbody:last-child tr:last-child'));
    // Rows out of sight are there for screen readers, can be copied, and are printed.
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const roles = nodes.map(({ role }) => role?.value as string);
    const count = (role: string) => roles.filter((each) => each === role).length;
    expect([count('table'), count('row'), count('columnheader'), count('cell')]).toEqual([1, 1_001, 4, 4_000]);
    const copied = await table.evaluate((element) => {
      getSelection()!.selectAllChildren(element);
      return new Promise<string>((done) => requestAnimationFrame(() => setTimeout(() => done(String(getSelection())))));
    });
    expect(copied.split('\n').filter((line) => /\t/.test(line))).toHaveLength(1_001);
    expect(copied).toContain('Land 500\tTown 500\tAsia\t500,000');
    await page.emulateMedia({ media: 'print' });
    expect(await table.evaluate((element) => getComputedStyle(element).display)).toBe('table');
    console.log(`1,000 rows: the longest task of the page's main thread took ${Math.max(...tasks).toFixed(0)} ms`);
  });

  it('has its formulas set a few at a time, and all of them in the end, on paper at once', async () => {
    const formulas = Array.from({ length: 200 }, (_, n) => `$x_{${n}}^2$`).join(', and ');
    const page = await answer(`${formulas}\n\nThe end of it.`);
    await said(page, 'The end of it.').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.katex').length === 200);
    expect(await page.locator('code.formula').count()).toBe(0);
    // Once more from the beginning, and printed while they are being set.
    await page.addInitScript(() => {
      const written = () => document.querySelectorAll('code.formula').length;
      const look = new MutationObserver(() => {
        if (written() === 0 || !document.querySelector('.katex')) return;
        look.disconnect();
        const before = written();
        dispatchEvent(new Event('beforeprint'));
        Object.assign(window, { written: [before, written()] });
        dispatchEvent(new Event('afterprint'));
      });
      look.observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    const printed = await page.waitForFunction(() => (window as { written?: number[] }).written);
    const [before, after] = (await printed.jsonValue())!;
    expect(before).toBeGreaterThan(100);
    expect(after).toBe(0);
  });

  it('gives its code to the clipboard as it was written', async () => {
    const page = await answer(`Run this:\n~~~js\n${PROGRAM}\n~~~\n\nThe end of it.`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('.hljs-comment').first().waitFor();
    await page.getByRole('button', { name: 'Copy code' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(PROGRAM);
    expect(await page.locator('pre').innerText()).toBe(PROGRAM);
  });

  it('has headings below those of the page, and rules that can be seen', async () => {
    const page = await answer('# One\n\n## Two\n\n###### Six\n\n---\n\nThe end of it.');
    for (const [name, level] of [
      ['One', 3],
      ['Two', 4],
    ] as const)
      await page.getByRole('heading', { name, level }).waitFor();
    await page.locator('h6[aria-level="8"]', { hasText: 'Six' }).waitFor();
    const size = (name: string) =>
      page.getByText(name, { exact: true }).evaluate((e) => parseFloat(getComputedStyle(e).fontSize));
    expect(await size('One')).toBeGreaterThan(await size('Two'));
    await page.getByRole('separator').waitFor();
  });

  it('has footnotes of its own, in the page’s language (page/footnotes-two, extra/footnotes-german)', async () => {
    const page = await web.open(await web.person(), { locale: 'de-DE' });
    const text = (name: string) => `See${name}[^1].\n\n[^1]: The note of ${name}.`;
    for (const name of ['Ada', 'Bob']) {
      web.provider.reply = (call) => call.say(text(name)).finish();
      await page.getByRole('textbox').fill(name);
      await page.getByRole('button', { name: 'Senden', exact: true }).click();
      await page.getByText(`The note of ${name}.`, { exact: true }).waitFor();
    }
    const marks = page.getByRole('link', { name: 'Fußnote 1', exact: true });
    await marks.nth(1).waitFor();
    const notes = await marks.evaluateAll((all) =>
      all.map((mark) => document.querySelector(mark.getAttribute('href')!)?.textContent),
    );
    expect(notes[0]).toContain('The note of Ada.');
    expect(notes[1]).toContain('The note of Bob.');
    const ids = await page.locator('.answer [id]').evaluateAll((all) => all.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(await page.getByRole('region', { name: 'Fußnoten' }).count()).toBe(2);
    expect(await page.getByRole('link', { name: 'Zurück zum Text: Fußnote 1' }).count()).toBe(2);
    expect(await page.getByText('Footnotes').count()).toBe(0);
  });

  it('keeps what its model thought folded (page/think)', async () => {
    // As it was stored before the server left thoughts out; on one line it still takes them for text.
    const page = await answer('<think>The user wants **4**.</think>\n\nIt is 4.');
    await said(page, 'It is 4.').waitFor();
    expect(await said(page, 'The user wants').isVisible()).toBe(false);
    await page.getByText('Thoughts').click();
    await said(page, 'The user wants').waitFor();
  });

  it('runs from right to left where its text does, with its marks', async () => {
    const page = await answer('- שלום\n- עולם\n\n> مرحبا\n\nThe end of it.');
    const direction = (selector: string) =>
      page.locator(`.markdown ${selector}`).evaluate((e) => getComputedStyle(e).direction);
    expect([await direction('ul'), await direction('blockquote')]).toEqual(['rtl', 'rtl']);
  });
});

describe('an answer that is made to overwhelm the parser', () => {
  const web = useWeb();

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['quotes and lists', '> - '.repeat(20_000)],
    ['emphasis', '*a **b '.repeat(20_000)],
  ])('%s: leaves the page alive, and is shown as it is', async (_, text) => {
    web.provider.reply = (call) => call.say(`Look:\n\n${text}\n\nThe **end** of it.`).finish();
    const page = await web.open(await web.person(), { viewport: PHONE });
    await ask(page, 'Do your worst');
    await answered(page);
    // While it is parsed, elsewhere, the page is there.
    await field(page).fill('still alive');
    await row(page, 'Look:').last().locator('strong', { hasText: 'end' }).waitFor();
  });
});
