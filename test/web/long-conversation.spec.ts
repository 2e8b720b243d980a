import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { SqliteDatabase } from '../../libs/sqlite/index.js';
import { useWeb } from './harness.js';
import { MainThread } from './main-thread.js';
import { field, said, thread } from './steps.js';

jest.setTimeout(240_000);

const PAIRS = 2_500;

/** Of different heights, as answers are. */
function textOf(n: number): string {
  if (n % 5 === 0) return `Number ${n}.\n\n\`\`\`js\nconst n = ${n};\nconsole.log(n);\n\`\`\``;
  if (n % 7 === 0) return `Number ${n}.\n\n${Array.from({ length: n % 12 }, (_, i) => `- point ${i}`).join('\n')}`;
  return `Number ${n}. ${'Some more words of it. '.repeat(n % 20)}`;
}

/** Lengthens a conversation of one question and answer, in the store: to ask 2,500 times would take minutes. */
function lengthen(file: string, conversationId: string): void {
  const db = new SqliteDatabase(file);
  db.transaction(() => {
    const rows = db.all<{ id: string; role: string }>(
      'SELECT id, role FROM messages WHERE conversation_id = ? ORDER BY id',
      conversationId,
    );
    db.run('CREATE TEMP TABLE model AS SELECT * FROM messages WHERE conversation_id = ?', conversationId);
    let parent = rows[1].id;
    for (let n = 1; n < PAIRS; n++) {
      for (const { role } of rows) {
        const id = uuidv7();
        db.run(
          'UPDATE model SET id = ?, parent_id = ?, text = ? WHERE role = ?',
          id,
          parent,
          role === 'user' ? `Question ${n}` : textOf(n),
          role,
        );
        db.run('INSERT INTO messages SELECT * FROM model WHERE role = ?', role);
        parent = id;
      }
    }
    db.run('UPDATE conversations SET newest_message_id = ? WHERE id = ?', parent, conversationId);
  });
  db.close();
}

describe('a conversation of 5,000 messages', () => {
  const web = useWeb({ DEMO_TEXT: 'Yes.' });

  it('scrolls from end to end without a task of more than 200 ms', async () => {
    const ada = await web.person();
    const events = await ada.askAll('Question 0', 'demo');
    const { conversationId } = events[0].data;
    lengthen(join(web.folder, 'parley.sqlite'), conversationId);

    const page = await web.open(ada, { path: `/c/${conversationId}` });
    await said(page, `Number ${PAIRS - 1}.`).waitFor({ timeout: 60_000 });
    await field(page).waitFor();
    const main = await MainThread.watch(page);
    const { width, height } = page.viewportSize()!;
    await page.mouse.move(width / 2, height / 2);
    // Up by and by, then in great leaps, and down again.
    for (let i = 0; i < 60; i++) await page.mouse.wheel(0, -900);
    for (let i = 0; i < 60; i++) await page.mouse.wheel(0, -20_000);
    await said(page, 'Question 0').first().waitFor();
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
