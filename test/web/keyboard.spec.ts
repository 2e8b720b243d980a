import { PASSWORD } from '../support/person.js';
import { PHONE, useWeb } from './harness.js';
import { answered, ask, field, focused, hasFocus, list, row, said, tabTo } from './steps.js';

describe('with the keyboard alone', () => {
  const web = useWeb();

  it('one logs in, asks, stops, edits, and finds the list of shortcuts', async () => {
    const ada = await web.person();
    const page = await web.open(undefined, { path: '/login' });
    await page.getByLabel('E-mail').waitFor();
    await page.keyboard.type(ada.user.email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');

    // The field has the focus at once.
    await field(page).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await page.keyboard.type('first line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await page.keyboard.press('Enter');
    const call = await web.provider.call(0);
    expect(call.body.messages.at(-1).content).toBe('first line\nsecond line');
    call.say('Some words');
    await said(page, 'Some words').waitFor();
    await page.keyboard.press('Escape');
    await said(page, 'You stopped this answer.').waitFor();

    // What stands at the answer can be reached.
    await tabTo(page, 'Answer again', 'Shift+Tab');
    await page.keyboard.press('Enter');
    const again = await web.provider.call(1);
    again.say('Other words.');
    again.finish();
    await said(page, 'Other words.').waitFor();
    await answered(page);

    // From the empty field up to the last question.
    await field(page).focus();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('textbox', { name: 'Edit' }).waitFor();
    await page.keyboard.type(', changed');
    await page.keyboard.press('Control+Enter');
    const edited = await web.provider.call(2);
    expect(edited.body.messages.map(({ content }: any) => content)).toEqual(['first line\nsecond line, changed']);
    edited.say('Words of their own.').finish();
    await said(page, 'Words of their own.').waitFor();

    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('the first Tab offers to skip to the conversation', async () => {
    const page = await web.open(await web.person(), { path: '/settings' });
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the conversation');
  });

  it('Escape stops an answer wherever the focus is, but not one behind a dialog, a menu or an edit', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'Count');
    const call = await web.provider.call(0);
    call.say('one ');
    await said(page, 'one').waitFor();
    const isStopped = () => said(page, 'You stopped this answer.').count();

    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Model: ' }).press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    const question = row(page, 'Count').first();
    await question.hover();
    await question.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Edit' }).press('Escape');
    call.say('two');
    await said(page, 'one two').waitFor();
    expect(await isStopped()).toBe(0);

    await list(page).getByRole('link').first().focus();
    await page.keyboard.press('Escape');
    await said(page, 'You stopped this answer.').waitFor();
  });

  it('Enter in the search opens the first hit, and a long one at its beginning', async () => {
    const ada = await web.person();
    web.provider.reply = (call) => call.say(`A needle.\n\n${'- one of many points\n'.repeat(100)}\nThe end.`).finish();
    const events = await ada.askAll('Long');
    const { conversationId, messageId } = events[0].data;
    web.provider.reply = (call) => call.say('Short.').finish();
    await ada.askAll({ message: 'Then', conversationId, parentMessageId: messageId });
    const page = await web.open(ada);
    await field(page).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('needle');
    await page.keyboard.press('Enter');
    await said(page, 'A needle.').waitFor();
    await page.waitForFunction(() => {
      const top = document.querySelector('.is-pointed')?.getBoundingClientRect().top ?? -1;
      return top >= 0 && top < innerHeight / 2;
    });
  });

  it('the focus never falls out of the page', async () => {
    web.provider.reply = (call, n) => call.say(`Answer number ${n}.`).finish();
    const page = await web.open(await web.person());
    await ask(page, 'Any number');
    await answered(page);
    await page.getByRole('button', { name: 'Answer again' }).press('Enter');
    await said(page, 'Answer number 1.').waitFor();
    await answered(page);
    await page.getByRole('button', { name: 'Previous version' }).press('Enter');
    await said(page, 'Answer number 0.').waitFor();
    await hasFocus(page, 'Previous version');
    await page.getByRole('button', { name: 'Next version' }).press('Enter');
    await said(page, 'Answer number 1.').waitFor();
    await hasFocus(page, 'Next version');

    const question = row(page, 'Any number').first();
    await question.getByRole('button', { name: 'Edit' }).press('Enter');
    await page.getByRole('textbox', { name: 'Edit' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).press('Enter');
    await hasFocus(page, 'Edit');

    await page.getByRole('button', { name: 'Hide conversations' }).press('Enter');
    await hasFocus(page, 'Show conversations');
    await page.keyboard.press('Enter');
    await hasFocus(page, 'Hide conversations');

    const menu = list(page).getByRole('button', { name: 'Actions for' }).first();
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await hasFocus(page, /^Actions for/);
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Delete' }).press('Enter');
    await hasFocus(page, 'Message');

    web.provider.reply = undefined;
    await ask(page, 'Count');
    const stop = page.getByRole('button', { name: 'Stop answering' });
    (await web.provider.call(2)).say('one');
    await said(page, 'one').waitFor();
    await stop.press('Enter');
    await said(page, 'You stopped this answer.').waitFor();
    await hasFocus(page, 'Send');
  });

  it('leaves the keys of an input method to it', async () => {
    const page = await web.open(await web.person());
    await field(page).fill('にほん');
    // Safari ends a composition before its Enter comes, and marks that by the code alone.
    await field(page).dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true });
    expect(await field(page).inputValue()).toBe('にほん');
  });
});

describe('with a keyboard on the screen', () => {
  const web = useWeb({ DEMO_TEXT: 'Yes.' });

  it('Enter is a new line, and nothing but the field itself brings it up', async () => {
    web.provider.reply = (call) => call.say('Yes.').finish();
    const page = await web.open(await web.person(), { viewport: PHONE, hasTouch: true, isMobile: true });
    await field(page).tap();
    await page.keyboard.type('one');
    await page.keyboard.press('Enter');
    await page.keyboard.type('two');
    expect(await field(page).inputValue()).toBe('one\ntwo');
    await page.getByRole('button', { name: 'Send', exact: true }).tap();
    await answered(page);
    expect(web.provider.calls[0].body.messages.at(-1).content).toBe('one\ntwo');

    const isTypedInto = () => field(page).evaluate((element) => element === document.activeElement);
    await page.getByRole('button', { name: 'Answer again' }).tap();
    await page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
    expect(await isTypedInto()).toBe(false);
    await page.getByRole('button', { name: 'New chat' }).tap();
    await page.getByRole('heading', { name: 'What’s on your mind' }).waitFor();
    expect(await isTypedInto()).toBe(false);
  });

  it('Escape closes what is open in the drawer, and then the drawer', async () => {
    const ada = await web.person();
    await ada.askAll('Any', 'demo');
    const page = await web.open(ada, { viewport: PHONE });
    await page.getByRole('button', { name: 'Show conversations' }).click();
    const menu = list(page).getByRole('button', { name: 'Actions for' });
    await menu.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    // The menu gives the focus back a moment after it has left the page; taken later, it would close the next one.
    await hasFocus(page, /^Actions for/);
    await menu.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename' }).press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await list(page).count()).toBe(1);
    await page.keyboard.press('Escape');
    await list(page).waitFor({ state: 'detached' });
  });
});
