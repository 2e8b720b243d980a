import { faults } from './faults.js';
import { DESK, PHONE, useWeb } from './harness.js';
import { answered, ask, field, list, said } from './steps.js';

const ANSWER = `# A heading

A text with **strong** words, \`code\`, a [link](https://example.org) and $e^{i\\pi} = -1$.

| a | b |
| --- | --- |
| 1 | 2 |

\`\`\`js
const answer = 42; // a comment
\`\`\`

![A picture](https://example.org/a.png)

- [x] done
- one
`;

describe.each([
  ['desk, light', { viewport: DESK, colorScheme: 'light' as const }],
  ['desk, dark', { viewport: DESK, colorScheme: 'dark' as const }],
  ['phone, light', { viewport: PHONE, colorScheme: 'light' as const }],
  ['phone, dark', { viewport: PHONE, colorScheme: 'dark' as const }],
])('no serious fault on the main screens: %s', (_, options) => {
  const web = useWeb({ DEMO_TEXT: 'Found.' });

  it.each(['/login', '/register'])('%s', async (path) => {
    const page = await web.open(undefined, { path, ...options });
    await page.getByLabel('E-mail').waitFor();
    expect(await faults(page)).toEqual([]);
  });

  it('empty chat, an answer as it comes, the answer, and what opens', async () => {
    const page = await web.open(await web.person(), options);
    await field(page).waitFor();
    expect(await faults(page)).toEqual([]);

    await ask(page, 'Show me everything');
    const call = await web.provider.call(0);
    call.say('Just a ', 'moment');
    await said(page, 'Just a moment').waitFor();
    expect(await faults(page)).toEqual([]);
    call.say(`\n\n${ANSWER}`);
    call.finish();
    await answered(page);
    await page.getByRole('heading', { name: 'A heading' }).waitFor();
    expect(await faults(page)).toEqual([]);

    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await faults(page)).toEqual([]);
  });

  it('the search, the settings of a conversation, and the menu of the account', async () => {
    const ada = await web.person('Ada');
    await ada.askAll('Find me', 'demo');
    const page = await web.open(ada, options);
    await field(page).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('find');
    await page.getByRole('dialog').getByText('Find me').first().waitFor();
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Instructions and temperature' }).click();
    await page.getByRole('dialog', { name: 'This conversation' }).waitFor();
    expect(await faults(page)).toEqual([]);
    await page.keyboard.press('Escape');

    const open = page.getByRole('button', { name: 'Show conversations' });
    if (options.viewport === PHONE) await open.click();
    await list(page).getByText('Find me').waitFor();
    expect(await faults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Account: Ada' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    expect(await faults(page)).toEqual([]);
  });

  it('what is looked for in a conversation: before, found, and not found', async () => {
    const ada = await web.person();
    const [{ data }] = await ada.askAll('Find me, and find me again', 'demo');
    const page = await web.open(ada, { path: `/c/${data.conversationId}`, ...options });
    await answered(page);
    await page.keyboard.press('Control+f');
    const find = page.getByRole('searchbox', { name: 'Find in this conversation' });
    await find.waitFor();
    expect(await faults(page)).toEqual([]);
    await find.fill('find me');
    await page.getByText('1 of 1').waitFor();
    expect(await faults(page)).toEqual([]);
    await find.fill('no such thing');
    await page.getByText('Not found').waitFor();
    expect(await faults(page)).toEqual([]);
  });

  it('settings', async () => {
    const page = await web.open(await web.person(), { path: '/settings', ...options });
    await page.getByText('Delete my account').first().waitFor();
    expect(await faults(page)).toEqual([]);
  });
});

describe('who listens', () => {
  const web = useWeb();

  it('is told once when an answer is there, and not of each word; and that one was stopped', async () => {
    const page = await web.open(await web.person());
    await field(page).waitFor();
    await page.evaluate(() => {
      const heard: string[] = ((globalThis as any).heard = []);
      new MutationObserver(() => {
        for (const region of document.querySelectorAll('[aria-live="polite"], [role="status"]')) {
          const text = region.textContent ?? '';
          if (text && heard.at(-1) !== text) heard.push(text);
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await ask(page, 'Say something');
    const call = await web.provider.call(0);
    for (const word of 'These are the words of an answer.'.split(' ')) call.say(`${word} `);
    call.finish();
    await answered(page);
    await page.waitForFunction(() => (globalThis as any).heard.some((text: string) => /finished/.test(text)));
    const heard = await page.evaluate(() => (globalThis as any).heard as string[]);
    expect(heard.filter((text) => /These are the words/.test(text)).length).toBeLessThanOrEqual(1);

    await ask(page, 'And more');
    (await web.provider.call(1)).say('Some ');
    await said(page, /^Some\s*$/).waitFor();
    await page.getByRole('button', { name: 'Stop answering' }).click();
    await page.waitForFunction(() => (globalThis as any).heard.includes('You stopped this answer. Some'));
  });
});
