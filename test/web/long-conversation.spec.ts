import { useWeb } from './harness.js';
import { lengthen } from './lengthen.js';
import { MainThread } from './main-thread.js';
import { field, said, thread } from './steps.js';

const PAIRS = 2_500;

/** Of different heights, as answers are. */
function textOf(n: number): string {
  if (n % 5 === 0) return `Number ${n}.\n\n\`\`\`js\nconst n = ${n};\nconsole.log(n);\n\`\`\``;
  if (n % 7 === 0) return `Number ${n}.\n\n${Array.from({ length: n % 12 }, (_, i) => `- point ${i}`).join('\n')}`;
  return `Number ${n}. ${'Some more words of it. '.repeat(n % 20)}`;
}

describe('a conversation of 5,000 messages', () => {
  const web = useWeb({ DEMO_TEXT: 'Yes.' });

  it('scrolls from end to end without a task of more than 200 ms', async () => {
    const ada = await web.person();
    const events = await ada.askAll('Question 0', 'demo');
    const { conversationId } = events[0].data;
    lengthen(web.folder, conversationId, PAIRS, textOf);

    const page = await web.open(ada, { path: `/c/${conversationId}` });
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    await field(page).waitFor();
    const main = await MainThread.watch(page);
    const { width, height } = page.viewportSize()!;
    await page.mouse.move(width / 2, height / 2);
    // Up by and by, then in great leaps, and down again.
    for (let i = 0; i < 60; i++) await page.mouse.wheel(0, -900);
    // What is older is read on the way.
    const first = said(page, /^Question 0$/).first();
    for (let i = 0; i < 2_000 && !(await first.isVisible()); i++) await page.mouse.wheel(0, -20_000);
    await first.waitFor();
    for (let i = 0; i < 60; i++) await page.mouse.wheel(0, 20_000);
    await page
      .getByText(`Question ${PAIRS - 1}`)
      .locator('visible=true')
      .first()
      .waitFor();

    const tasks = await main.stop();
    expect(tasks.length).toBeGreaterThan(100);
    expect(Math.max(...tasks)).toBeLessThanOrEqual(200);
    // Only what is near the window is in the page.
    expect(await thread(page).locator('> li').count()).toBeLessThan(200);
  });
});
