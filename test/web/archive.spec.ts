import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import type { Person } from '../support/person.js';
import { useWeb } from './harness.js';
import { endNotices, hasFocus, holdNotices, list, tabTo } from './steps.js';

describe('archiving a conversation', () => {
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
    await eventually(async () => (await stored('Newer question', '?archived=true')) !== undefined);
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
});

describe('archiving with the keyboard alone', () => {
  const web = useWeb({ DEMO_TEXT: 'Yes.' });

  it('archiving goes on to the next conversation, and where there is none to the list', async () => {
    const ada = await web.person();
    for (const title of ['First', 'Second', 'Third']) await ada.askAll(title, 'demo');
    const page = await web.open(ada);
    await holdNotices(page);
    await list(page).getByText('Third').waitFor();
    const archive = async (title: string, action = 'Archive') => {
      await list(page)
        .getByRole('button', { name: `Actions for “${title}”` })
        .press('Enter');
      await page.getByRole('menuitem', { name: action, exact: true }).press('Enter');
      await list(page).getByText(title).waitFor({ state: 'detached' });
    };
    await archive('Second');
    await hasFocus(page, 'First');
    await page.keyboard.press('Control+z');
    await hasFocus(page, 'Second');
    await archive('First');
    await hasFocus(page, 'Second');
    await archive('Third');
    await archive('Second');
    await hasFocus(page, 'Your conversations will stand here.');

    // By Tab, too, it can be undone.
    await tabTo(page, 'Undo', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await hasFocus(page, /^(First|Second|Third)$/);
    await page.reload();
    await page.getByRole('button', { name: 'Account: ' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Archive', exact: true }).press('Enter');
    await list(page).getByText('First').waitFor();
    await archive('First', 'Take out of the archive');
    await hasFocus(page, /^(Second|Third)$/);
  });
});
