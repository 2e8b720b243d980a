import { randomUUID } from 'node:crypto';
import { PASSWORD } from '../support/person.js';
import { useWeb } from './harness.js';
import { answered, field, list, said } from './steps.js';

describe('the first visit', () => {
  const web = useWeb();

  it('goes from the printed address over a new account to the first streamed answer', async () => {
    const page = await web.open();
    await page.getByRole('link', { name: 'Create account' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Ada');
    await page.getByLabel('E-mail').fill(`ada-${randomUUID()}@example.org`);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Create account' }).click();

    await field(page).fill('What is a **lease**?');
    await page.keyboard.press('Enter');
    const call = await web.provider.call(0);
    expect(call.body.messages.at(-1)).toEqual({ role: 'user', content: 'What is a **lease**?' });
    // It stands there as it comes, before the answer is complete.
    call.say('A lease is **time', '-limited** ');
    await said(page, 'A lease is').waitFor();
    await page.getByRole('button', { name: 'Stop answering' }).waitFor();
    call.say('ownership.');
    call.finish();
    await said(page, 'A lease is time-limited ownership.').waitFor();
    expect(await page.locator('strong', { hasText: 'time-limited' }).count()).toBe(1);
    await answered(page);
    expect(new URL(page.url()).pathname).toMatch(/^\/c\/[0-9a-f-]{36}$/);
    await list(page).getByText('What is a').waitFor();
  });
});
