import type { Page, Route } from 'playwright-core';
import type { Person } from '../support/person.js';
import { useWeb } from './harness.js';

const AT = '2025-03-05T16:07:09.000Z';

/** The server's answers as they would be of something that was long ago. */
async function age(route: Route): Promise<void> {
  const response = await route.fetch();
  const text = (await response.text()).replaceAll(/"(createdAt|updatedAt|lastUsedAt)":"[^"]+"/g, `"$1":"${AT}"`);
  await route.fulfill({ response, body: text });
}

/** All dates that the page shows, each as a machine reads it and as people do. */
const dates = (page: Page) =>
  page
    .locator('time')
    .evaluateAll((all) => all.map((time) => [time.getAttribute('datetime'), time.textContent?.replace(/\s/g, ' ')]));

describe.each([
  // The browser's own language is another one, and counts for nothing.
  ['de', 'en-US', 'März 2025', '05.03.2025', '05.03.2025, 16:07', '0,7'],
  ['en', 'de-DE', 'March 2025', 'Mar 5, 2025', 'Mar 5, 2025, 4:07 PM', '0.7'],
  // Of the chosen language, the region that the browser names.
  ['en', 'en-GB', 'March 2025', '5 Mar 2025', '5 Mar 2025, 16:07', '0.7'],
])('in %s, in a browser that speaks %s', (language, locale, month, day, moment, temperature) => {
  const web = useWeb({ DEMO_TEXT: 'Found.' });
  let admin: Person;
  beforeAll(async () => {
    admin = await web.person('Ada');
    await admin.askAll('Find me', 'demo');
  });

  it('dates and numbers are written as the page’s language does', async () => {
    const page = await web.open(admin, { locale, timezoneId: 'UTC', path: '/login' });
    await page.evaluate((code) => localStorage.setItem('parley.language', code), language);
    await page.route(/\/api\/(convos|search|auth\/sessions|admin\/users)/, age);

    await page.goto(web.url);
    await page.getByRole('navigation').getByRole('heading', { name: month }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    await page.keyboard.press('Control+k');
    await page.getByRole('searchbox').fill('find');
    await page.getByRole('dialog').locator('time').nth(1).waitFor();
    expect(await dates(page)).toEqual([
      [AT, day],
      [AT, day],
    ]);

    await page.goto(`${web.url}/settings`);
    await page.locator('time').first().waitFor();
    const [[at, used]] = await dates(page);
    expect([at, used?.endsWith(moment)]).toEqual([AT, true]);
    await page.goto(`${web.url}/admin/users`);
    await page.locator('time').first().waitFor();
    expect(await dates(page)).toEqual([[AT, day]]);
    await page.goto(`${web.url}/admin/status`);
    await page.locator('time').waitFor();
    const [[now, said]] = await dates(page);
    const time = new Intl.DateTimeFormat(locale.startsWith(language) ? locale : language, {
      timeStyle: 'medium',
      timeZone: 'UTC',
    }).format(new Date(now!));
    expect(said).toContain(time.replace(/\s/g, ' '));

    await page.goto(web.url);
    await page.getByRole('button', { name: /^(Instructions and temp|Anweisungen und Temp)/ }).click();
    await page.getByRole('radio').nth(1).click();
    await page.getByRole('slider').fill('0.7');
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toBe(temperature);
    await page.locator('output', { hasText: temperature }).waitFor();
  });
});

describe('a date of a clock that is elsewhere', () => {
  const web = useWeb();

  it('is that of the reader’s own place', async () => {
    const page = await web.open(await web.person(), { timezoneId: 'Asia/Tokyo', path: '/login' });
    await page.route(/\/api\/auth\/sessions/, age);
    await page.goto(`${web.url}/settings`);
    await page.getByText('Last used 6 Mar 2025, 01:07').first().waitFor();
  });
});
