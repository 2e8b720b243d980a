import type { Locator, Page } from 'playwright-core';
import type { Person } from '../support/person.js';
import { faults } from './faults.js';
import { PHONE, useWeb } from './harness.js';

describe('the users page', () => {
  const web = useWeb({ TOKENS_USER_MAX: '1000' });
  let admin: Person;
  beforeAll(async () => {
    admin = await web.person('Ada');
  });

  /** Chooses an action of a user's menu, by the keyboard, and says yes. */
  async function change(page: Page, name: string, action: string): Promise<void> {
    await page.getByRole('button', { name: `Actions for ${name}` }).press('Enter');
    await page.getByRole('menuitem', { name: action }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).press('Enter');
  }

  it('disables somebody, who is out at once, and lets them in again', async () => {
    const grace = await web.person('Grace');
    const page = await web.open(admin, { path: '/admin/users' });
    const row = page.getByRole('row').filter({ hasText: grace.user.email });
    await row.getByText('0 of 1,000').waitFor();

    await change(page, 'Grace', 'Disable');
    await row.getByText('Disabled', { exact: true }).waitFor();
    expect((await grace.call('GET', '/api/user')).status).toBe(401);
    await change(page, 'Grace', 'Enable');
    await row.getByText('Disabled', { exact: true }).waitFor({ state: 'detached' });
  });

  it('shows what is used of the token budget', async () => {
    web.provider.reply = (call) => {
      call.say('Yes.');
      call.finish();
    };
    await (await web.person('Alan')).askAll('Is this counted?');
    const page = await web.open(admin, { path: '/admin/users' });
    const meter = page.getByRole('meter', { name: 'Tokens of Alan' });
    await meter.waitFor();
    expect(await meter.getAttribute('aria-valuenow')).toBe('12');
    expect(await meter.getAttribute('aria-valuetext')).toBe('12 of 1,000');
  });

  describe('finds whoever is looked for', () => {
    const search = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search by name or e-mail' });
    const names = async (page: Page): Promise<string[]> => page.locator('.user-name').allTextContents();
    beforeAll(async () => {
      for (const name of ['Änne Björk', 'ÄNNCHEN', 'Zoe']) await web.person(name);
    });

    it('by the keyboard, as one types; Escape shows all again', async () => {
      const page = await web.open(admin, { path: '/admin/users' });
      await page.getByText('Zoe', { exact: true }).waitFor();
      const all = await names(page);
      await search(page).focus();
      await page.keyboard.type('änn');
      const status = page.getByRole('search').getByRole('status');
      await status.getByText('2 users found').waitFor();
      expect(await names(page)).toEqual(['Änne Björk', 'ÄNNCHEN']);
      expect(new URL(page.url()).searchParams.get('q')).toBe('änn');

      await page.keyboard.type('%');
      await status.getByText('No name and no e-mail contains “änn%”.').waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
      expect(await faults(page)).toEqual([]);

      await page.keyboard.press('Escape');
      await page.getByText('Zoe', { exact: true }).waitFor();
      expect(await names(page)).toEqual(all);
      expect(await search(page).inputValue()).toBe('');
      expect(await search(page).evaluate((field) => field === document.activeElement)).toBe(true);
      await page.waitForURL((url) => url.search === '');
    });

    it('still after a reload and the way back, and changes them; the tab shows all', async () => {
      const page = await web.open(admin, { path: '/admin/users' });
      await search(page).fill('zoe');
      await page.getByText('1 user found').waitFor();
      await page.reload();
      await page.getByText('1 user found').waitFor();
      expect(await search(page).inputValue()).toBe('zoe');
      await change(page, 'Zoe', 'Disable');
      await page.getByRole('row').filter({ hasText: 'Zoe' }).getByText('Disabled', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'Status' }).click();
      await page.getByRole('heading', { name: 'Everything works' }).waitFor();
      await page.goBack();
      await page.getByText('1 user found').waitFor();
      await page.getByRole('link', { name: 'Users' }).click();
      await page.getByText('Änne Björk').waitFor();
      expect(await search(page).inputValue()).toBe('');
    });

    it('on a phone, in German', async () => {
      const page = await web.open(admin, {
        path: '/admin/users?q=bj%C3%B6rk',
        viewport: PHONE,
        hasTouch: true,
        isMobile: true,
        locale: 'de-DE',
      });
      await page.getByText('1 Nutzer gefunden').waitFor();
      expect(await names(page)).toEqual(['Änne Björk']);
      expect(await faults(page)).toEqual([]);
      const field = page.getByRole('searchbox', { name: 'Nach Name oder E-Mail suchen' });
      const clear = page.getByRole('button', { name: 'Suche leeren' });
      for (const target of [field, clear]) {
        const { x, width, height } = (await target.boundingBox())!;
        expect(height).toBeGreaterThanOrEqual(44);
        expect(x + width).toBeLessThanOrEqual(PHONE.width);
      }
      expect(
        await field.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize)),
      ).toBeGreaterThanOrEqual(16);
      const { scroll, client } = await page.locator('.admin').evaluate((element) => {
        return { scroll: element.scrollWidth, client: element.clientWidth };
      });
      expect(scroll).toBe(client);
      await clear.tap();
      await page.getByText('Zoe', { exact: true }).waitFor();
      expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    });
  });

  it('keeps the last admin; with a second one, who gives the rights away sees these pages no longer', async () => {
    web.expects(/status of 409/);
    await web.person('Edsger');
    const page = await web.open(admin, { path: '/admin/users' });
    await change(page, 'Ada', 'Take admin rights away');
    await page.getByRole('alert').getByText('This is the last admin.').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

    await change(page, 'Edsger', 'Make admin');
    await page.getByText('Edsger is an admin now.').waitFor();
    await change(page, 'Ada', 'Take admin rights away');
    await page.getByRole('heading', { name: 'Only admins see these pages.' }).waitFor();
  });
});
