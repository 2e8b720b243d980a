import type { Page } from 'playwright-core';
import type { Person } from '../support/person.js';
import { PHONE, useWeb } from './harness.js';
import { answered, ask, field, holdNotices, list, row } from './steps.js';

/**
 * What a finger would miss, or what iOS would zoom into; each with its size. Every element in the page that can be hit is
 * measured, whatever it is. A link within a sentence is as high as its line: WCAG 2.5.8 excepts it.
 */
function tooSmall(): string[] {
  const isSeen = (element: Element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element: Element) => element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 30);
  const isInline = (element: Element) => getComputedStyle(element).display.startsWith('inline');
  const isInSentence = (link: Element) => {
    if (link.tagName !== 'A' || getComputedStyle(link).display !== 'inline') return false;
    let block = link.parentElement!;
    while (isInline(block)) block = block.parentElement!;
    return block.textContent?.trim() !== link.textContent?.trim();
  };
  const found: string[] = [];
  for (const element of document.querySelectorAll('input, select, textarea')) {
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    if (isSeen(element) && size < 16) found.push(`${name(element)}: text of ${size} px`);
  }
  const roles = ['button', 'link', 'tab', 'option', 'switch', 'slider', 'checkbox', 'radio'].map(
    (it) => `[role=${it}]`,
  );
  const wanted = `a[href], button, input, select, textarea, summary, [role^=menuitem], ${roles.join()}`;
  for (const element of document.querySelectorAll(wanted)) {
    // A label is hit for what it names.
    const { height, width } = (element.closest('label') ?? element).getBoundingClientRect();
    if (!isSeen(element) || width <= 1 || isInSentence(element)) continue;
    if (Math.round(Math.min(height, width)) < 44) found.push(`${name(element)}: ${width} × ${height} px`);
  }
  return found;
}

const ANSWER = `<think>Let me see.</think>

It is [this](https://example.org/this), as a note says[^1].

\`\`\`js
const answer = 42;
\`\`\`

![A picture](https://example.org/a.png)

[^1]: A note.
`;

describe('with a finger', () => {
  const web = useWeb({ DEMO_TEXT: 'Found.', TOKENS_USER_MAX: '100000' });
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
  let admin: Person;
  beforeAll(async () => {
    admin = await web.person('Admin');
  });

  /** Says where it was, when something is too small. */
  async function measure(page: Page, place: string): Promise<void> {
    expect({ place, found: await page.evaluate(tooSmall) }).toEqual({ place, found: [] });
  }

  it.each(['/login', '/register'])('everything on %s can be hit, and no field is zoomed into', async (path) => {
    const page = await web.open(undefined, { ...phone, path });
    await page.getByRole('textbox').first().waitFor();
    await measure(page, path);
  });

  it('so in a conversation, and in all that opens there', async () => {
    web.provider.reply = (call) => call.say(ANSWER).finish();
    const page = await web.open(await web.person(), phone);
    await field(page).waitFor();
    await measure(page, 'a new chat');
    await ask(page, 'One');
    await answered(page);
    await page.getByRole('button', { name: 'Answer again' }).tap();
    await page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
    await answered(page);
    await page.getByRole('button', { name: 'Copy code' }).waitFor();
    await page.getByRole('button', { name: 'Show image' }).waitFor();
    await measure(page, 'an answer');

    await page.getByRole('button', { name: 'Model: ' }).tap();
    await page.getByRole('menuitemradio').first().waitFor();
    await measure(page, 'the models');
    await page.keyboard.press('Escape');
    await row(page, 'One').first().getByRole('button', { name: 'Edit' }).tap();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await measure(page, 'an edit');
    await page.getByRole('button', { name: 'Cancel' }).tap();

    await page.getByRole('button', { name: 'Instructions and temperature' }).tap();
    await page.getByText('Set by me').tap();
    await measure(page, 'the settings of a conversation');
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('button', { name: 'Actions for' }).tap();
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    await measure(page, 'the menu of a conversation');
    await page.getByRole('menuitem', { name: 'Find in this conversation' }).tap();
    await page.getByRole('searchbox', { name: 'Find in this conversation' }).fill('One');
    await page.getByText('1 of 1').waitFor();
    await measure(page, 'the find bar');
  });

  it('so beside it: the conversations, the search, the keys, an archived one', async () => {
    const ada = await web.person('Ada');
    await ada.askAll('Find me', 'demo');
    const page = await web.open(ada, phone);
    await holdNotices(page);
    const show = page.getByRole('button', { name: 'Show conversations' });
    await show.tap();
    await list(page).getByText('Find me').waitFor();
    await measure(page, 'the conversations');
    await list(page).getByRole('button', { name: 'Actions for' }).tap();
    await page.getByRole('menuitem', { name: 'Rename' }).tap();
    await page.getByRole('dialog').waitFor();
    await measure(page, 'a new name');
    await page.getByRole('button', { name: 'Cancel' }).tap();
    await page.getByRole('button', { name: 'Account: Ada' }).tap();
    await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    await measure(page, 'the menu of the account');
    await page.getByRole('menuitem', { name: 'Keyboard shortcuts' }).tap();
    await page.getByRole('dialog').waitFor();
    await measure(page, 'the keys');
    await page.getByRole('button', { name: 'Close' }).tap();

    await show.tap();
    await list(page).getByRole('button', { name: 'Search' }).tap();
    await page.getByRole('searchbox').fill('find');
    await page.getByRole('dialog').getByText('Find me').first().waitFor();
    await measure(page, 'the search');
    await page.getByRole('button', { name: 'Close' }).tap();
    await show.tap();
    await list(page).getByRole('button', { name: 'Actions for' }).tap();
    await page.getByRole('menuitem', { name: 'Archive' }).tap();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    await measure(page, 'a notice');
  });

  it('so in the settings and the administration', async () => {
    const page = await web.open(admin, { ...phone, path: '/settings' });
    await page.getByText('Last used').first().waitFor();
    await measure(page, 'the settings');
    await page.getByRole('button', { name: 'Delete my account' }).tap();
    await page.getByRole('dialog').waitFor();
    await measure(page, 'deleting the account');
    await page.goto(`${web.url}/admin/users`);
    await page.getByText(admin.user.email).waitFor();
    await measure(page, 'the users');
    await page.getByRole('button', { name: 'Actions for' }).first().tap();
    await page.getByRole('menuitem', { name: 'Disable' }).tap();
    await page.getByRole('dialog').waitFor();
    await measure(page, 'disabling somebody');
    await page.goto(`${web.url}/admin/status`);
    await page.getByRole('heading', { name: 'Everything works' }).waitFor();
    await measure(page, 'the status');
    await page.goto(`${web.url}/no-such-page`);
    await page.getByText('There is no such page.').waitFor();
    await measure(page, 'no such page');
  });

  it('so where the administration is closed to somebody', async () => {
    const page = await web.open(await web.person(), { ...phone, path: '/admin' });
    await page.getByText('Only admins see these pages.').waitFor();
    await measure(page, 'the administration');
  });
});
