import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { PASSWORD, type Person } from '../support/person.js';
import { useWeb } from './harness.js';
import { answered, ask, field, list, said, thread } from './steps.js';

/** A desk of 1280 × 1024 at 400 % (WCAG 1.4.10), and a phone whose keyboard is open. */
const WINDOWS = [
  ['320 × 256', { viewport: { width: 320, height: 256 }, reducedMotion: 'reduce' }],
  [
    '360 × 400, with a finger',
    { viewport: { width: 360, height: 400 }, reducedMotion: 'reduce', hasTouch: true, isMobile: true },
  ],
] as const;

/** What is wider than the window. Code and tables may be scrolled by themselves: they need both directions. */
function tooWide(): string[] {
  const found: string[] = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) found.push(`the page: ${scrollWidth} px`);
  for (const element of document.querySelectorAll('body *')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('pre, table, .scroll-x')) continue;
    const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX);
    if (scrolls && element.scrollWidth > element.clientWidth) {
      found.push(`in ${element.className}: ${element.scrollWidth} px`);
    }
    const { left, right, width } = element.getBoundingClientRect();
    const isTarget = element.matches('a, button, input, select, textarea, [role^=menuitem]');
    if (isTarget && width > 1 && (left < 0 || right > innerWidth)) {
      found.push(`${element.getAttribute('aria-label') ?? element.textContent}: from ${left} to ${right} px`);
    }
  }
  return found;
}

/** Why what has the focus can't be seen; null: it can. Of what is larger than the window, a part can. */
function hiddenFocus(): string | null {
  const element = document.activeElement!;
  const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
  if (element === document.body) return 'nothing has the focus';
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const x = (Math.max(0, left) + Math.min(innerWidth, right)) / 2;
  const y = (Math.max(0, top) + Math.min(innerHeight, bottom)) / 2;
  const at = document.elementFromPoint(x, y);
  if (at && (element.contains(at) || at.contains(element))) return null;
  return `${name}: at ${x}, ${y} there is ${at?.outerHTML.slice(0, 200)}`;
}

async function fits(page: Page, place: string): Promise<void> {
  expect({ place, found: await page.evaluate(tooWide) }).toEqual({ place, found: [] });
}

/** Scrolling to what has the focus takes a moment. */
async function seesFocus(page: Page): Promise<void> {
  let why: string | null = null;
  await eventually(async () => (why = await page.evaluate(hiddenFocus)) === null).catch(() => {
    throw new Error(why ?? 'hidden');
  });
}

/** Goes on with Tab, and sees each time where that leads, until something of this name has the focus. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press(key);
    await seesFocus(page);
    const at = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim();
    });
    if (at === name) return;
  }
  throw new Error(`${key} never reaches ${name}`);
}

const isWithin = async (page: Page, element: ReturnType<Page['locator']>) => {
  const box = (await element.boundingBox())!;
  const { width, height } = page.viewportSize()!;
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
};

const ANSWER = `${'It is a promise that ends by itself, whatever becomes of its holder. '.repeat(12)}

\`\`\`ts
const isHeld = (await redis.set(name, owner, 'EX', seconds, 'NX')) === 'OK' && owner !== null;
\`\`\`

That is all.`;

describe.each(WINDOWS)('in a window of %s', (_, size) => {
  const web = useWeb({ DEMO_TEXT: 'Found.', TOKENS_USER_MAX: '100000' });
  let admin: Person;
  beforeAll(async () => {
    admin = await web.person('Ada Lovelace');
  });

  it('somebody logs in, asks, reads, changes to another conversation, and everything can be reached', async () => {
    const ada = await web.person('Ada');
    await ada.askAll('Another one', 'demo');
    const page = await web.open(undefined, { ...size, path: '/login' });
    await page.getByLabel('E-mail').fill(ada.user.email);
    await fits(page, 'the log-in');
    await page.getByLabel('Password', { exact: true }).focus();
    await seesFocus(page);
    await page.keyboard.type(PASSWORD);
    await tabTo(page, 'Log in');
    await page.keyboard.press('Enter');

    await field(page).waitFor();
    await fits(page, 'a new chat');
    expect(await isWithin(page, field(page))).toBe(true);
    expect(await isWithin(page, page.getByRole('button', { name: 'Send', exact: true }))).toBe(true);
    web.provider.reply = (call) => call.say(ANSWER).finish();
    await ask(page, 'What is a lease?');
    await answered(page);
    await said(page, 'That is all.').waitFor();
    await page.getByRole('button', { name: 'Copy code' }).waitFor();
    await fits(page, 'an answer');
    // More than half of the window is for what is read.
    const { height } = (await thread(page).locator('..').boundingBox())!;
    expect(height / size.viewport.height).toBeGreaterThan(0.5);

    await field(page).focus();
    await page.keyboard.type(`${'A long question that goes on and on. '.repeat(20)}The end`);
    await seesFocus(page);
    expect(await isWithin(page, field(page))).toBe(true);
    await fits(page, 'a long question');
    await field(page).fill('');
    await tabTo(page, 'Answer again', 'Shift+Tab');
    await tabTo(page, 'Copy code', 'Shift+Tab');
    await tabTo(page, 'Show conversations', 'Shift+Tab');

    await page.keyboard.press('Enter');
    await list(page).getByText('Another one').waitFor();
    await fits(page, 'the conversations');
    await seesFocus(page);
    await tabTo(page, 'Another one');
    await list(page).getByRole('button', { name: 'Actions for “Another one”' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).waitFor();
    await eventually(() => isWithin(page, page.getByRole('menu')));
    await page.keyboard.press('End');
    await seesFocus(page);
    await page.keyboard.press('Escape');
    await list(page).getByText('Another one').click();
    await said(page, 'Found.').waitFor();
    await list(page).waitFor({ state: 'detached' });
  });

  it('what opens fits into it, and its buttons can be reached', async () => {
    await admin.askAll('Find me', 'demo');
    const page = await web.open(admin, size);
    await page.getByRole('button', { name: 'Instructions and temperature' }).click();
    await page.getByText('Set by me').click();
    await eventually(() => isWithin(page, page.getByRole('dialog')));
    await fits(page, 'the settings of a conversation');
    await page.getByRole('textbox', { name: 'Instructions' }).focus();
    await page.keyboard.type('Be brief. '.repeat(80));
    await seesFocus(page);
    await tabTo(page, 'Save');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Model: ' }).click();
    await page.getByRole('menuitemradio').first().waitFor();
    await eventually(() => isWithin(page, page.getByRole('menu')));
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('searchbox').fill('find');
    const hit = page.getByRole('dialog').getByRole('button', { name: /Find me/ });
    await hit.first().waitFor();
    await eventually(() => isWithin(page, page.getByRole('dialog')));
    await fits(page, 'the search');
    await hit.last().focus();
    await seesFocus(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it.each([
    ['/settings', 'Delete my account', 'Settings'],
    ['/admin/users', 'Actions for Ada Lovelace', 'Administration'],
    ['/admin/status', 'Where things are kept', 'Administration'],
    ['/register', 'Create account', null],
  ])('of %s all can be reached, and its head makes room for it', async (path, end, title) => {
    const page = await web.open(title === null ? undefined : admin, { ...size, path });
    const last = page.getByRole(/^(Where|Delete)/.test(end) ? 'heading' : 'button', { name: end, exact: true });
    await last.waitFor();
    await fits(page, path);
    // Lists that come later move what is below them.
    await eventually(async () => {
      await last.scrollIntoViewIfNeeded();
      return isWithin(page, last);
    });
    if (title === null) return;
    const scrolled = page.locator('main');
    await scrolled.evaluate((main) => main.scrollTo(0, main.scrollHeight));
    await eventually(async () => (await page.locator('.head').boundingBox())!.y < 0);
  });

  it('so in German', async () => {
    const page = await web.open(admin, { ...size, locale: 'de-DE', path: '/settings' });
    await page.getByRole('heading', { name: 'Einstellungen' }).waitFor();
    await page.getByText('Zuletzt benutzt').first().waitFor();
    await fits(page, 'Einstellungen');
    await page.getByRole('button', { name: 'Gespräche zeigen' }).click();
    await page.getByRole('button', { name: 'Konto: Ada' }).click();
    await page.getByRole('menuitem', { name: 'Archiv' }).click();
    await page.getByRole('button', { name: 'Alle Gespräche' }).waitFor();
    await fits(page, 'Archiv');
    for (const path of ['/admin/users', '/admin/status', '/']) {
      await page.goto(web.url + path);
      await page.getByRole('heading', { name: /^(Nutzer|Alles läuft|Was beschäftigt dich)/ }).waitFor();
      await fits(page, path);
    }
  });
});
