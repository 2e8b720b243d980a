import type { Page } from 'playwright-core';
import { useWeb } from './harness.js';
import { answered, ask, field, list, said } from './steps.js';

/** Holds the page's requests for what `path` matches. Gives what lets them go on. */
async function hold(page: Page, path: RegExp): Promise<() => void> {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(path, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

describe('a question sent before the page has loaded what it needs', () => {
  const web = useWeb();

  beforeEach(() => {
    web.provider.reply = (call, n) => {
      call.say(`Answer number ${n}.`);
      call.finish();
    };
  });

  it('waits for the models, and goes out once', async () => {
    const page = await web.open(await web.person(), { path: '/login' });
    const release = await hold(page, /\/api\/endpoints/);
    await page.goto(web.url);
    await field(page).fill('Already?');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true);
    release();
    await said(page, 'Answer number 0.').waitFor();
    await answered(page);
    expect(web.provider.calls).toHaveLength(1);
    expect(await field(page).inputValue()).toBe('');
  });

  it('waits for the conversation, and goes under its last message', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'one');
    await said(page, 'Answer number 0.').waitFor();
    await answered(page);
    const release = await hold(page, /\/messages/);
    await page.reload();
    await field(page).fill('two');
    await page.keyboard.press('Enter');
    release();
    await said(page, 'Answer number 1.').waitFor();
    expect(web.provider.calls[1].body.messages.map(({ content }: any) => content)).toEqual([
      'one',
      'Answer number 0.',
      'two',
    ]);
  });

  it('takes no other conversation’s draft with it', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'first');
    await said(page, 'Answer number 0.').waitFor();
    await answered(page);
    await field(page).fill('not ready');
    await list(page).getByRole('button', { name: 'New chat' }).click();
    await ask(page, 'second');
    await said(page, 'Answer number 1.').waitFor();
    await answered(page);
    const release = await hold(page, new RegExp(`${page.url().split('/').at(-1)}/messages`));
    await list(page).getByText('first').click();
    await page.reload();
    await said(page, 'Answer number 0.').waitFor();
    await list(page).getByText('second').click();
    await page.getByText('Loading messages').waitFor();
    await field(page).fill('too soon');
    await page.keyboard.press('Enter');
    await list(page).getByText('first').click();
    await said(page, 'Answer number 0.').waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
    expect(await field(page).inputValue()).toBe('not ready');
    release();
    expect(web.provider.calls).toHaveLength(2);
  });

  it('stays where it is once its text is changed', async () => {
    const page = await web.open(await web.person(), { path: '/login' });
    const release = await hold(page, /\/api\/endpoints/);
    await page.goto(web.url);
    await field(page).fill('Half a');
    await page.keyboard.press('Enter');
    await field(page).fill('Half a question');
    release();
    await page.getByRole('button', { name: 'Send', exact: true }).and(page.locator(':enabled')).waitFor();
    expect(await field(page).inputValue()).toBe('Half a question');
    expect(web.provider.calls).toHaveLength(0);
  });
});
