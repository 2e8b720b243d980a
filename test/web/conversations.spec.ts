import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { useWeb } from './harness.js';
import { answered, ask, field, list, said } from './steps.js';

describe('what can be done with a conversation', () => {
  const web = useWeb();
  let ada: Person;
  let page: Page;

  beforeEach(async () => {
    web.provider.reply = (call) => {
      call.say('It is **this**.');
      call.finish();
    };
    ada = await web.person();
    await ada.askAll('Older question');
    await ada.askAll('Newer question');
    page = await web.open(ada);
    await list(page).getByText('Newer question').waitFor();
  });

  /** Chooses from the menu of one. */
  async function choose(title: string, action: string): Promise<void> {
    await list(page)
      .getByRole('button', { name: `Actions for “${title}”` })
      .click();
    await page.getByRole('menuitem', { name: action, exact: true }).click();
  }

  const titles = () => list(page).getByRole('listitem').getByRole('link').allInnerTexts();
  const stored = async (title: string, query = '') =>
    (await ada.get(`/api/convos${query}`)).items.find((conversation: any) => conversation.title === title);

  it('pinned it stands under a heading of its own, until it is unpinned', async () => {
    expect(await titles()).toEqual(['Newer question', 'Older question']);
    // What is cut can be read in full.
    expect(await list(page).getByTitle('Newer question').count()).toBe(1);
    await choose('Older question', 'Pin');
    await list(page).getByRole('heading', { name: 'Pinned' }).waitFor();
    expect(await titles()).toEqual(['Older question', 'Newer question']);
    await choose('Older question', 'Unpin');
    await list(page).getByRole('heading', { name: 'Pinned' }).waitFor({ state: 'detached' });
    // The one that was dealt with last is the newest.
    expect(await titles()).toEqual(['Older question', 'Newer question']);
    await list(page).getByRole('heading', { name: 'Today' }).waitFor();
  });

  it('renamed it has its new name after a reload too', async () => {
    await choose('Older question', 'Rename');
    await page.getByRole('textbox', { name: 'Title' }).fill('A better name');
    await page.keyboard.press('Enter');
    await list(page).getByText('A better name').waitFor();
    await page.reload();
    await list(page).getByText('A better name').waitFor();
  });

  it('deleted it is back when that is undone, and nothing was asked of the server', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.method()));
    await choose('Older question', 'Delete');
    await list(page).getByText('Older question').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await list(page).getByText('Older question').waitFor();
    expect(asked).not.toContain('DELETE');
    expect(await stored('Older question')).toBeDefined();
  });

  it('deleted it is gone after a while', async () => {
    await choose('Older question', 'Delete');
    await list(page).getByText('Older question').waitFor({ state: 'detached' });
    expect(await stored('Older question')).toBeDefined();
    await eventually(async () => (await stored('Older question')) === undefined);
    expect(await titles()).toEqual(['Newer question']);
  });

  it('deleted it is gone at once when the page is left', async () => {
    await choose('Older question', 'Delete');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await page.goto('about:blank');
    await eventually(async () => (await stored('Older question')) === undefined);
  });

  it('exported it is a file, as Markdown of what is seen or as JSON of all', async () => {
    await list(page).getByText('Older question').click();
    await said(page, 'It is this.').waitFor();
    await answered(page);
    const file = async (action: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), choose('Older question', action)]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
    };
    const markdown = await file('Export as Markdown');
    expect(markdown.name).toBe('Older question.md');
    expect(markdown.text).toMatch(
      /^# Older question\n\n## You\n\nOlder question\n\n## Answer \(.+\)\n\nIt is \*\*this\*\*\.\n$/,
    );
    const json = await file('Export as JSON');
    expect(json.name).toBe('Older question.json');
    const { conversation, messages } = JSON.parse(json.text);
    expect(conversation).toMatchObject({ title: 'Older question' });
    expect(messages.map(({ role, text }: any) => [role, text])).toEqual([
      ['user', 'Older question'],
      ['assistant', 'It is **this**.'],
    ]);
  });
});

describe('a question that has to wait', () => {
  const web = useWeb({ QUEUE_CONCURRENCY: '1' });

  it('is told its place in the line, and is answered in its turn', async () => {
    const [ada, bob] = [await web.person(), await web.person()];
    await ada.ask('First');
    const first = await web.provider.call(0);
    await ada.ask('Second');
    const page = await web.open(bob);
    await ask(page, 'Third');
    await page.getByText(/^(Next in line|Waiting in line: 1 question before yours)$/).waitFor();
    web.provider.reply = (call) => call.say(`To ${call.body.messages.at(-1).content}.`).finish();
    first.say('Done.').finish();
    await said(page, 'To Third.').waitFor();
    expect(await page.getByText(/in line/).count()).toBe(0);
  });

  it('counts down where a limit refused it, and goes out again by itself', async () => {
    web.expects(/status of 429/);
    web.provider.reply = (call) => call.say('At last.').finish();
    const page = await web.open(await web.person());
    await field(page).waitFor();
    const params = { limit: 'message-user', seconds: 3 };
    const problem = { type: 'about:blank', title: 'Too many requests', status: 429, code: 'rate_limited', params };
    let asked = 0;
    await page.route('**/api/ask/*', async (route) => {
      if (++asked > 1) return route.continue();
      return route.fulfill({
        status: 429,
        headers: { 'content-type': 'application/problem+json', 'retry-after': '3' },
        body: JSON.stringify(problem),
      });
    });
    await ask(page, 'Now?');
    await page.getByText(/That was a lot of questions in a short time\. Sent again in [123] s\./).waitFor();
    await said(page, 'At last.').waitFor();
    expect([asked, web.provider.calls.length]).toEqual([2, 1]);
  });

  /** Every question is refused, for an hour. */
  const refuse = (page: Page) =>
    page.route('**/api/ask/*', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'content-type': 'application/problem+json', 'retry-after': '3600' },
        body: JSON.stringify({ title: 'Too many requests', status: 429, code: 'rate_limited' }),
      }),
    );

  it('can be taken back into the field while it counts down, before what has been typed there since', async () => {
    web.expects(/status of 429/);
    const page = await web.open(await web.person());
    await field(page).waitFor();
    await refuse(page);
    await ask(page, 'Not now');
    await page.getByText(/Possible again in (60 min|1 h)\./).waitFor();
    await field(page).fill('Something else');
    await page.getByRole('button', { name: 'Take back' }).click();
    expect(await field(page).inputValue()).toBe('Not now\n\nSomething else');
    expect(web.provider.calls).toHaveLength(0);
  });

  it('is not lost to another one, which then is asked where it was', async () => {
    web.expects(/status of 429/);
    web.provider.reply = (call) => call.say(`To ${call.body.messages.at(-1).content}.`).finish();
    const page = await web.open(await web.person());
    await ask(page, 'First');
    await answered(page);
    await refuse(page);
    await ask(page, 'Second');
    await page.getByText(/Possible again in (60 min|1 h)\./).waitFor();
    await field(page).fill('Third');
    await field(page).press('Enter');
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    await said(page, 'Second').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.unroute('**/api/ask/*');
    await ask(page, 'Third');
    await said(page, 'To Third.').waitFor();
    const { messages } = web.provider.calls[1].body;
    expect(messages.map(({ content }: any) => content)).toEqual(['First', 'To First.', 'Third']);
  });
});
