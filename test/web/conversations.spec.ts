import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { PASSWORD, type Person } from '../support/person.js';
import { useWeb } from './harness.js';
import { answered, ask, endNotices, field, holdNotices, list, said } from './steps.js';

jest.setTimeout(90_000);

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

  it('archived it stands in the archive, until it is taken out', async () => {
    await choose('Older question', 'Archive');
    await list(page).getByText('Older question').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Account: ' }).click();
    await page.getByRole('menuitem', { name: 'Archive', exact: true }).click();
    await list(page).getByText('Older question').waitFor();
    expect(await titles()).toEqual(['Older question']);
    await choose('Older question', 'Take out of the archive');
    await page.getByText('Nothing is archived.').waitFor();
    await page.getByRole('button', { name: 'All conversations' }).click();
    await list(page).getByText('Older question').waitFor();
  });

  it('archived it is back in its place when that is undone, by the button or by the key', async () => {
    await holdNotices(page);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.method()));
    const status = page.getByRole('status').filter({ hasText: '“Older question” is archived.' });
    await choose('Older question', 'Archive');
    await status.waitFor();
    expect(await titles()).toEqual(['Newer question']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await list(page).getByText('Older question').waitFor();
    await status.waitFor({ state: 'detached' });
    expect(await titles()).toEqual(['Newer question', 'Older question']);

    await choose('Older question', 'Archive');
    await status.waitFor();
    await page.keyboard.press('Control+z');
    await list(page).getByText('Older question').waitFor();
    expect(await titles()).toEqual(['Newer question', 'Older question']);
    expect(asked).not.toContain('PATCH');
    expect(await stored('Older question')).toBeDefined();
  });

  it('archived it is so for the server after a while, and at once when the page is left', async () => {
    await holdNotices(page);
    await choose('Older question', 'Archive');
    await list(page).getByText('Older question').waitFor({ state: 'detached' });
    expect(await stored('Older question')).toBeDefined();
    await endNotices(page);
    await eventually(async () => (await stored('Older question', '?archived=true')) !== undefined);
    expect(await titles()).toEqual(['Newer question']);

    await choose('Newer question', 'Archive');
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await page.goto('about:blank');
    await eventually(async () => (await stored('Newer question', '?archived=true')) !== undefined, 4_000);
  });

  it('taken out of the archive it is in it again when that is undone', async () => {
    const { id } = await stored('Older question');
    await ada.call('PATCH', `/api/convos/${id}`, { archived: true });
    await holdNotices(page);
    await list(page).getByText('Newer question').waitFor();
    await page.getByRole('button', { name: 'Account: ' }).click();
    await page.getByRole('menuitem', { name: 'Archive', exact: true }).click();
    await choose('Older question', 'Take out of the archive');
    await page.getByRole('status').filter({ hasText: '“Older question” is out of the archive.' }).waitFor();
    await page.getByText('Nothing is archived.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await list(page).getByText('Older question').waitFor();
    expect(await stored('Older question', '?archived=true')).toBeDefined();
  });

  it('the notice stays for as long as somebody is at it', async () => {
    await holdNotices(page);
    await choose('Older question', 'Archive');
    await page.getByRole('button', { name: 'Undo' }).focus();
    await endNotices(page);
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(1);
    await list(page).getByRole('link').first().focus();
    await page.getByRole('button', { name: 'Undo' }).waitFor({ state: 'detached' });
  });

  it('archived where the server refuses, it is back, and the reason is told', async () => {
    web.expects(/status of 503/);
    await page.route('**/api/convos/*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 503, code: 'dependency_down', detail: '' }),
      }),
    );
    await choose('Older question', 'Archive');
    await list(page).getByText('Older question').waitFor({ state: 'detached' });
    await page.getByText('A part of the server is away for the moment.').waitFor();
    await list(page).getByText('Older question').waitFor();
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
    await eventually(async () => (await stored('Older question')) === undefined, 4_000);
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

describe('instructions for a new chat', () => {
  const web = useWeb();

  it('stay over a click beside them and over a look at another conversation, until they were asked with', async () => {
    web.provider.reply = (call) => call.say('Yes.').finish();
    const ada = await web.person();
    await ada.askAll('Another');
    const page = await web.open(ada);
    const settings = page.getByRole('button', { name: 'Instructions and temperature' });
    const instructions = page.getByRole('textbox', { name: 'Instructions' });
    await settings.click();
    await instructions.fill('Be brief.');
    await page.mouse.click(5, 5);
    expect(await instructions.inputValue()).toBe('Be brief.');
    await page.getByRole('button', { name: 'Save' }).click();
    await list(page).getByText('Another').click();
    await said(page, 'Yes.').waitFor();
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('heading', { name: 'What’s on your mind' }).waitFor();
    await ask(page, 'One');
    await answered(page);
    expect(web.provider.calls[1].body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });

    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('heading', { name: 'What’s on your mind' }).waitFor();
    await settings.click();
    expect(await instructions.inputValue()).toBe('');
    // Nothing was changed, so nothing is lost.
    await page.mouse.click(5, 5);
    await instructions.waitFor({ state: 'detached' });
  });

  it('and its temperature and model stay over a reload, for nobody else, until they were asked with', async () => {
    web.provider.reply = (call) => call.say('Yes.').finish();
    const [ada, bob] = [await web.person('Ada'), await web.person('Bob')];
    const page = await web.open(ada);
    const settings = page.getByRole('button', { name: 'Instructions and temperature' });
    const instructions = page.getByRole('textbox', { name: 'Instructions' });
    await page.getByRole('button', { name: 'Model: ' }).click();
    await page.getByRole('menuitemradio', { name: 'gpt-other' }).click();
    await settings.click();
    await instructions.fill('Be brief.');
    await page.getByText('Set by me').click();
    await page.getByRole('slider').fill('0.3');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.reload();
    await settings.click();
    expect(await instructions.inputValue()).toBe('Be brief.');
    expect(await page.getByRole('slider').inputValue()).toBe('0.3');
    await page.getByRole('button', { name: 'Cancel' }).click();

    // Ada's session ends, without her logging out, and somebody else logs in at this tab.
    const logIn = async (email: string) => {
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await page.getByRole('button', { name: 'Log in' }).click();
      await field(page).waitFor();
    };
    web.expects(/status of 401/);
    await page.context().clearCookies();
    await page.reload();
    await logIn(bob.user.email);
    await page.getByRole('button', { name: 'Model: gpt-test' }).waitFor();
    await settings.click();
    expect(await instructions.inputValue()).toBe('');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.context().clearCookies();
    await page.reload();
    await logIn(ada.user.email);
    await page.getByRole('button', { name: 'Model: gpt-other' }).waitFor();
    await ask(page, 'One');
    await answered(page);
    const [{ body }] = web.provider.calls;
    expect(body.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    expect([body.model, body.temperature]).toEqual(['gpt-other', 0.3]);

    // They belong to that conversation now, and to no further one.
    await settings.click();
    expect(await instructions.inputValue()).toBe('Be brief.');
    await page.goto(web.url);
    await settings.click();
    expect(await instructions.inputValue()).toBe('');
    expect(await page.getByText('As the model has it').isChecked()).toBe(true);
  });

  it('what is set for the next chat while a first question is on its way is not lost with it', async () => {
    const page = await web.open(await web.person());
    const settings = page.getByRole('button', { name: 'Instructions and temperature' });
    const instructions = page.getByRole('textbox', { name: 'Instructions' });
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    await page.route('**/api/ask/*', async (route) => {
      await held;
      await route.continue();
    });
    await ask(page, 'One');
    await said(page, 'One').waitFor();
    await settings.click();
    await instructions.fill('Be brief.');
    await page.getByRole('button', { name: 'Save' }).click();
    goOn();
    (await web.provider.call(0)).say('Yes.').finish();
    await answered(page);
    await page.getByRole('button', { name: 'New chat' }).click();
    await settings.click();
    expect(await instructions.inputValue()).toBe('Be brief.');
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
    const problem = { type: 'about:blank', title: 'Too many requests', status: 429, code: 'rate_limited' };
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
