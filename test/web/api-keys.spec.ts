import type { Page } from 'playwright-core';
import type { Person } from '../support/person.js';
import { faults } from './faults.js';
import { DESK, useWeb } from './harness.js';

const NARROW = { width: 320, height: 700 };

describe('API keys', () => {
  const web = useWeb();
  let admin: Person;
  beforeAll(async () => {
    admin = await web.person('Root');
  });
  const keys = (page: Page) => page.getByRole('region', { name: 'API keys' });
  const dialog = (page: Page) => page.getByRole('dialog');
  const fits = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

  it('are made by the keyboard, shown once, and work; renamed, and revoked after a question', async () => {
    const ada = await web.person('Ada');
    const page = await web.open(ada, { path: '/settings' });
    await keys(page).getByText('You have no keys yet.').waitFor();
    await keys(page).getByRole('button', { name: 'New key' }).press('Enter');
    await page.keyboard.type('My editor');
    const access = dialog(page).getByRole('checkbox', { name: /Everything else/ });
    await access.press('Space');
    await dialog(page).getByRole('combobox', { name: 'Models' }).selectOption('some');
    expect(await dialog(page).getByRole('button', { name: 'New key' }).isDisabled()).toBe(true);
    await dialog(page).getByRole('checkbox', { name: 'openAI/gpt-other' }).press('Space');
    await dialog(page).getByRole('combobox', { name: 'Ends' }).selectOption('30');
    await dialog(page).getByLabel('Tokens a day').fill('5000');
    expect(await faults(page)).toEqual([]);
    await dialog(page).getByLabel('Name').press('Enter');

    const secret = await dialog(page).getByLabel('Key', { exact: true }).inputValue();
    expect(secret).toMatch(/^sk-parley-[0-9A-Za-z]{49}$/);
    expect(await faults(page)).toEqual([]);
    const example = dialog(page).locator('pre');
    for (const [name, text] of [
      ['curl', `curl ${web.url}/v1/chat/completions`],
      ['python', `base_url="${web.url}/v1"`],
      ['javascript', `baseURL: '${web.url}/v1'`],
      ['anthropic', `baseURL: '${web.url}'`],
      ['editor', `apiBase: ${web.url}/v1`],
    ]) {
      await dialog(page).getByLabel('How to use it').selectOption(name);
      const shown = await example.textContent();
      for (const part of [text, secret, 'openAI/gpt-other']) expect(shown).toContain(part);
    }
    await dialog(page).getByRole('button', { name: 'Done' }).press('Enter');
    expect(await page.content()).not.toContain(secret);
    const call = () => fetch(`${web.url}/api/convos`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await call()).status).toBe(200);

    const row = keys(page).getByRole('listitem');
    await row.getByText('Only openAI/gpt-other · 5,000 tokens a day · Ends').waitFor();
    await row.getByRole('button', { name: 'Rename the key My editor' }).press('Enter');
    await dialog(page).getByLabel('Name').fill('Another');
    await dialog(page).getByLabel('Name').press('Enter');
    await row.getByText('Another', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Revoke the key Another' }).press('Enter');
    await dialog(page).getByRole('button', { name: 'Revoke' }).press('Enter');
    await keys(page).getByText('You have no keys yet.').waitFor();
    expect((await call()).status).toBe(401);
  });

  it('are copied', async () => {
    const page = await web.open(await web.person(), {
      path: '/settings',
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await keys(page).getByRole('button', { name: 'New key' }).click();
    await page.keyboard.type('Script');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('button', { name: 'Copy key' }).click();
    await dialog(page).getByText('Copied').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await dialog(page).getByLabel('Key', { exact: true }).inputValue());
  });

  it.each([
    ['on a narrow phone', { viewport: NARROW }],
    ['in German', { viewport: NARROW, locale: 'de-DE' }],
    ['in the dark', { viewport: DESK, colorScheme: 'dark' as const }],
  ])('fit, and have no fault, %s', async (_, options) => {
    const german = 'locale' in options;
    const ada = await web.person('Ada');
    const name = 'A key with a very long name that says in detail what it is for';
    await ada.call('POST', '/api/keys', { name, models: ['openAI/gpt-test', 'openAI/gpt-other'], tokensPerDay: 1000 });
    const page = await web.open(ada, { path: '/settings', ...options });
    await page.getByText(name).waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await page.getByRole('button', { name: german ? 'Neuer Schlüssel' : 'New key' }).click();
    await page.keyboard.type('x');
    await page.keyboard.press('Enter');
    await page.getByLabel(german ? 'So wird er benutzt' : 'How to use it').waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
  });

  it('of everybody are seen by admins, who revoke any', async () => {
    const eve = await web.person('Eve');
    const { secret } = (await (await eve.call('POST', '/api/keys', { name: 'of Eve', scopes: ['api'] })).json()) as any;
    const page = await web.open(admin, { path: '/admin/keys', viewport: NARROW });
    const row = page.getByRole('listitem').filter({ hasText: eve.user.email });
    await row.getByText('of Eve', { exact: true }).waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await fits(page)).toBe(true);
    await row.getByRole('button', { name: 'Revoke the key of Eve' }).press('Enter');
    await dialog(page).getByRole('button', { name: 'Revoke' }).press('Enter');
    await row.waitFor({ state: 'detached' });
    const call = await fetch(`${web.url}/api/convos`, { headers: { 'x-api-key': secret } });
    expect(call.status).toBe(401);
  });
});
