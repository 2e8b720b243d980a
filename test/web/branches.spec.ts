import { useWeb } from './harness.js';
import { answered, ask, row, said } from './steps.js';

describe('branches', () => {
  const web = useWeb();

  it('an edited question begins one, with arrows between them', async () => {
    web.provider.reply = (call) => {
      call.say(`You said: ${call.body.messages.at(-1).content}.`);
      call.finish();
    };
    const page = await web.open(await web.person());
    await ask(page, 'apples');
    await said(page, 'You said: apples.').waitFor();
    await ask(page, 'more');
    await said(page, 'You said: more.').waitFor();

    const question = row(page, 'apples').first();
    await question.hover();
    await question.getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('textbox', { name: 'Edit' });
    await editor.fill('pears');
    await editor.press('Control+Enter');
    await said(page, 'You said: pears.').waitFor();
    expect(await said(page, 'You said: more.').count()).toBe(0);
    expect(web.provider.calls[2].body.messages.map(({ content }: any) => content)).toEqual(['pears']);

    await page.getByRole('button', { name: 'Previous version' }).click();
    await said(page, 'You said: apples.').waitFor();
    await said(page, 'You said: more.').waitFor();
    expect(await said(page, 'You said: pears.').count()).toBe(0);
    await page.getByRole('button', { name: 'Next version' }).click();
    await said(page, 'You said: pears.').waitFor();
    await page.reload();
    await said(page, 'You said: pears.').waitFor();
  });

  it('an answer can be had again, and both are kept', async () => {
    web.provider.reply = (call, n) => {
      call.say(`Answer number ${n}.`);
      call.finish();
    };
    const page = await web.open(await web.person());
    await ask(page, 'Any number');
    await said(page, 'Answer number 0.').waitFor();
    await answered(page);
    await page.getByRole('button', { name: 'Answer again' }).click();
    await said(page, 'Answer number 1.').waitFor();
    await page.getByRole('button', { name: 'Previous version' }).click();
    await said(page, 'Answer number 0.').waitFor();
    await said(page, 'Any number').waitFor();
  });

  it('a question that is being edited keeps its text while it is out of sight, and until it is cancelled', async () => {
    web.provider.reply = (call) => call.say('A long answer.\n\n'.repeat(200)).finish();
    const page = await web.open(await web.person());
    await ask(page, 'apples');
    await answered(page);
    await ask(page, 'plums');
    await answered(page);
    await page.locator('[data-thread]').evaluate((thread) => (thread.scrollTop = 0));
    const question = row(page, 'apples').first();
    await question.hover();
    await question.getByRole('button', { name: 'Edit' }).click();
    const editor = page.getByRole('textbox', { name: 'Edit' });
    const { height } = (await editor.boundingBox())!;
    await editor.fill('pears\n\n\nand more');
    expect((await editor.boundingBox())!.height).toBeGreaterThan(height);
    await editor.fill('pears');
    expect((await editor.boundingBox())!.height).toBe(height);

    // What an input method does with Escape is its own business.
    await editor.dispatchEvent('keydown', { key: 'Escape', isComposing: true, bubbles: true });
    await page.locator('[data-thread]').evaluate((thread) => (thread.scrollTop = thread.scrollHeight));
    await row(page, 'plums').waitFor();
    await page.keyboard.type(' and plums');
    expect(await editor.inputValue()).toBe('pears and plums');
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.goBack();
    await said(page, 'plums').waitFor();
    await page.locator('[data-thread]').evaluate((thread) => (thread.scrollTop = 0));
    await question.hover();
    await question.getByRole('button', { name: 'Edit' }).click();
    expect(await editor.inputValue()).toBe('pears and plums');
    await editor.press('Escape');
    await question.getByRole('button', { name: 'Edit' }).click();
    expect(await editor.inputValue()).toBe('apples');
  });
});
