import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { PHONE, useWeb } from './harness.js';
import { answered, ask, row, said, thread } from './steps.js';

const fold = (page: Page, name: string | RegExp) => thread(page).getByRole('button', { name });
const isOpen = async (page: Page, name: string | RegExp) =>
  (await fold(page, name).getAttribute('aria-expanded')) === 'true';

describe('what a model thinks before it answers', () => {
  const web = useWeb();

  it('is seen while it comes, folded once the answer begins, and opened again after a reload', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'How much is 2 + 2?');
    const call = await web.provider.call(0);
    call.think('The user wants **four**', ', I think.');
    await row(page, 'I think.').locator('strong', { hasText: 'four' }).waitFor();
    expect(await isOpen(page, 'Thinking …')).toBe(true);
    call.say('It is 4.');
    await said(page, 'It is 4.').waitFor();
    await fold(page, /^Thought for \d+ s$/).waitFor();
    expect(await isOpen(page, /^Thought for/)).toBe(false);
    expect(await said(page, 'I think.').count()).toBe(0);
    call.finish();
    await answered(page);

    await page.waitForURL(/\/c\//);
    await page.reload();
    await said(page, 'It is 4.').waitFor();
    expect(await said(page, 'I think.').count()).toBe(0);
    await fold(page, /^Thought for/).click();
    await said(page, 'I think.').waitFor();
    expect(await isOpen(page, /^Thought for/)).toBe(true);
    await page.reload();
    await said(page, 'I think.').waitFor();
    await fold(page, /^Thought for/).press('Enter');
    await said(page, 'I think.').waitFor({ state: 'hidden' });
    await page.reload();
    await said(page, 'It is 4.').waitFor();
    expect(await isOpen(page, /^Thought for/)).toBe(false);
  });

  it('counts its seconds, and goes on over a reload', async () => {
    const page = await web.open(await web.person());
    await page.clock.install();
    await ask(page, 'Well?');
    const call = await web.provider.call(0);
    call.think('Hm.');
    await said(page, 'Hm.').waitFor();
    await page.clock.runFor(12_000);
    await row(page, /Thinking …1[2-5] s/).waitFor();
    // What a screen reader calls it does not change each second.
    expect(await fold(page, 'Thinking …').count()).toBe(1);
    expect(await said(page, 'Still waiting').count()).toBe(0);
    await page.reload();
    await fold(page, 'Thinking …').waitFor();
    call.think(' Yes.');
    await said(page, 'Hm. Yes.').waitFor();
    call.say('It is.');
    call.finish();
    await said(page, 'It is.').waitFor();
    await page.clock.runFor(1_000);
    await answered(page);
  });

  it('stands at its place each time, is found, and is in no copy of the answer', async () => {
    const person = await web.person();
    web.provider.reply = (call) =>
      call.think('First, the sum.').say('It is 4.').think('Or is it?').say('It is.').finish();
    const page = await web.open(person);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ask(page, 'How much?');
    await answered(page);
    await eventually(async () => (await fold(page, /^Thought for/).count()) === 2);
    const order = await row(page, 'It is 4.').locator('.thought, .markdown').allInnerTexts();
    expect(order).toEqual([
      expect.stringMatching(/^Thought for/),
      'It is 4.',
      expect.stringMatching(/^Thought/),
      'It is.',
    ]);

    await page.getByRole('button', { name: 'Copy', exact: true }).last().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('It is 4.\n\nIt is.');

    await page.keyboard.press('Control+f');
    await page.getByRole('searchbox', { name: 'Find' }).fill('or IS it');
    await page.getByText('1 of 1').waitFor();
    await said(page, 'Or is it?').waitFor();
    expect(await said(page, 'First, the sum.').count()).toBe(0);
    await page.keyboard.press('Escape');
    await said(page, 'Or is it?').waitFor({ state: 'hidden' });
  });

  it('is in the JSON of a conversation, and not in its Markdown', async () => {
    web.provider.reply = (call) => call.think('A secret sum.').say('It is 4.').finish();
    const page = await web.open(await web.person());
    await ask(page, 'How much?');
    await answered(page);
    const saved = async (name: string) => {
      await page.getByRole('button', { name: 'Actions for' }).last().click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name }).click(),
      ]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    };
    expect(await saved('Export as Markdown')).not.toContain('secret');
    const { messages } = JSON.parse(await saved('Export as JSON'));
    expect(messages[1].parts[0]).toMatchObject({ type: 'reasoning', text: 'A secret sum.' });
  });

  it('ends with its answer where that is stopped', async () => {
    const page = await web.open(await web.person(), { viewport: PHONE, hasTouch: true, locale: 'de-DE' });
    await page.getByRole('textbox', { name: 'Nachricht' }).fill('Nun?');
    await page.getByRole('button', { name: 'Senden', exact: true }).tap();
    (await web.provider.call(0)).think('Lange Gedanken. '.repeat(200));
    await page.getByText('Denkt nach …').waitFor();
    await page.getByRole('button', { name: 'Antwort anhalten' }).tap();
    await page.getByRole('list', { name: 'Gespräch', exact: true }).getByText('Du hast diese Antwort').waitFor();
    const done = page.getByRole('button', { name: /nachgedacht$|^Gedankengang$/ });
    await done.waitFor();
    expect((await done.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    expect(await done.getAttribute('aria-expanded')).toBe('false');
  });
});

describe('how much a model is to think', () => {
  const web = useWeb({ OPENAI_MODELS: 'gpt-4o,gpt-5' });

  const choose = async (page: Page, name: string) => {
    await page.getByRole('button', { name: /^Model: / }).click();
    await page.getByRole('menuitemradio', { name, exact: true }).click();
  };

  it('is asked where the model can be told so, and kept over a reload', async () => {
    web.provider.reply = (call) => call.say(`Answer ${web.provider.calls.length}.`).finish();
    const page = await web.open(await web.person());
    await choose(page, 'gpt-4o');
    await page.getByRole('button', { name: 'Model: gpt-4o' }).click();
    await page.getByRole('menuitemradio', { name: 'gpt-5' }).waitFor();
    expect(await page.getByRole('group', { name: 'Thinking' }).count()).toBe(0);
    await page.getByRole('menuitemradio', { name: 'gpt-5' }).click();
    await page.getByRole('button', { name: 'Model: gpt-5' }).click();
    await page.getByRole('group', { name: 'Thinking' }).getByRole('menuitemradio', { name: 'A lot' }).click();
    await page.getByRole('button', { name: 'Model: gpt-5 · A lot' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Model: gpt-5 · A lot' }).waitFor();
    await ask(page, 'Hi');
    expect((await web.provider.call(0)).body.reasoning_effort).toBe('high');
    await answered(page);

    await choose(page, 'gpt-4o');
    await page.getByRole('button', { name: 'Model: gpt-4o', exact: true }).waitFor();
    await ask(page, 'Again');
    await said(page, /^Answer [2-9]/).waitFor();
    expect(web.provider.calls.at(-1)!.body).not.toHaveProperty('reasoning_effort');
  });

  it('says what was spent on it', async () => {
    const usage = {
      ...{ prompt_tokens: 50, completion_tokens: 70 },
      prompt_tokens_details: { cached_tokens: 40 },
      completion_tokens_details: { reasoning_tokens: 60 },
    };
    web.provider.reply = (call) => call.say('Yes.').finish(usage);
    const page = await web.open(await web.person());
    await ask(page, 'Well?');
    await answered(page);
    const said = page.getByTitle('50 tokens in (40 of them cached), 70 out (60 of them for thinking)');
    await said.waitFor({ state: 'attached' });
  });
});
