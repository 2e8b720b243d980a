import type { Page } from 'playwright-core';
import { PHONE, useWeb } from './harness.js';
import { answered, ask, field } from './steps.js';

jest.setTimeout(90_000);

/** What a finger would miss, or what iOS would zoom into; each with its size. Links within a text are as high as that. */
function tooSmall(): string[] {
  const isSeen = (element: HTMLElement) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const name = (element: HTMLElement) => element.getAttribute('aria-label') ?? element.textContent?.slice(0, 30);
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('input, select, textarea')) {
    const size = Number.parseFloat(getComputedStyle(element).fontSize);
    if (isSeen(element) && size < 16) found.push(`${name(element)}: text of ${size} px`);
  }
  for (const element of document.querySelectorAll<HTMLElement>('button, input, select, textarea, [role=menuitem]')) {
    const { height, width } = element.getBoundingClientRect();
    if (isSeen(element) && width > 1 && height < 44) found.push(`${name(element)}: ${height} px high`);
  }
  return found;
}

describe('with a finger', () => {
  const web = useWeb();
  const sizes = (page: Page) => page.evaluate(tooSmall);
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };

  it.each(['/login', '/register'])('everything on %s can be hit, and no field is zoomed into', async (path) => {
    const page = await web.open(undefined, { ...phone, path });
    await page.getByRole('textbox').first().waitFor();
    expect(await sizes(page)).toEqual([]);
  });

  it('so in a conversation, its menus, and the settings', async () => {
    web.provider.reply = (call) => call.say('An answer.').finish();
    const page = await web.open(await web.person(), phone);
    await ask(page, 'One');
    await answered(page);
    await field(page).waitFor();
    expect(await sizes(page)).toEqual([]);
    await page.getByRole('button', { name: 'Show conversations' }).click();
    await page.getByRole('navigation', { name: 'Conversations' }).waitFor();
    expect(await sizes(page)).toEqual([]);
    await page.goto(`${web.url}/settings`);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(await sizes(page)).toEqual([]);
  });
});
