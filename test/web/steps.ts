import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';

/** What people do on the page, by what they see and hear there. */

export const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });

export async function ask(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** The messages that are in the page. */
export const thread = (page: Page): Locator => page.getByRole('list', { name: 'Conversation', exact: true });

/** Where a message says so. */
export const said = (page: Page, text: string | RegExp): Locator => thread(page).getByText(text);

/** The whole row of the message that says so. */
export const row = (page: Page, text: string | RegExp): Locator =>
  thread(page).locator('> li').filter({ hasText: text });

/** The list of conversations. */
export const list = (page: Page): Locator => page.getByRole('navigation', { name: 'Conversations' });

/** The last answer is complete: it can be had again. */
export const answered = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Answer again' }).last().waitFor();

/** What can be undone stays so until `endNotices`: no test has to be in time for it. */
export async function holdNotices(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const { setTimeout } = window;
    const overs: (() => void)[] = ((window as any).overs = []);
    (window as any).setTimeout = (run: () => void, ms?: number, ...rest: unknown[]) =>
      ms === 6_000 ? overs.push(run) : setTimeout(run, ms, ...rest);
  });
  await page.reload();
}

/** As when nobody has wanted to undo it in time. */
export const endNotices = (page: Page): Promise<void> =>
  page.evaluate(() => (window as any).overs.splice(0).forEach((run: () => void) => run()));

/** The name of what has the focus. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    return at?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? '';
  });

/** Goes on with Tab until something with this name has the focus, as everybody without a mouse does. */
export async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if ((await focused(page)) === name) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never reaches “${name}”; it stops at “${await focused(page)}”`);
}

export const hasFocus = (page: Page, name: string | RegExp) =>
  eventually(async () => (typeof name === 'string' ? (await focused(page)) === name : name.test(await focused(page))));
