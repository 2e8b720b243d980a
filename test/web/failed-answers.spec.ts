import { answered, ask, said } from './steps.js';
import { useWeb } from './harness.js';

describe('an answer that failed, was stopped or cut off', () => {
  const web = useWeb({ QUEUE_ATTEMPTS: '1' });

  it('says why after a reload too, in the reader’s language, and can be asked again', async () => {
    const page = await web.open(await web.person(), { locale: 'de-DE' });
    web.provider.reply = (call) => call.fail(429, {}, { message: 'Rate limit reached for requests' });
    await page.getByRole('textbox', { name: 'Nachricht' }).fill('Hallo');
    await page.getByRole('button', { name: 'Senden', exact: true }).click();
    const busy = page
      .getByRole('list', { name: 'Gespräch', exact: true })
      .getByText('Der Anbieter des Modells ist ausgelastet');
    await busy.waitFor();
    await page.waitForURL(/\/c\//);
    await page.reload();
    await busy.waitFor();

    web.provider.reply = (call) => call.say('Jetzt geht es.').finish();
    await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
    await page.getByText('Jetzt geht es.', { exact: true }).waitFor();
    await page.getByRole('group', { name: 'Fassung 2 von 2' }).waitFor();
    expect(await busy.count()).toBe(0);
    expect(await page.getByRole('group', { name: 'Was jetzt möglich ist' }).count()).toBe(0);
  });

  it('can be asked of another model', async () => {
    const page = await web.open(await web.person());
    web.provider.reply = (call) => call.fail(404);
    await ask(page, 'Hi');
    await said(page, 'This model is not set up correctly on the server.').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    web.provider.reply = (call) => call.say(`I am ${call.body.model}.`).finish();
    await page.getByRole('button', { name: 'With another model' }).click();
    await page.getByRole('menuitemradio', { name: 'gpt-other' }).click();
    await said(page, 'I am gpt-other.').waitFor();
    await page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
  });

  it('is gone on with where it ended', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'Count');
    (await web.provider.call(0)).say('one, two, ');
    await said(page, 'one, two,').waitFor();
    await page.getByRole('button', { name: 'Stop answering' }).click();
    await said(page, 'You stopped this answer.').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    const call = await web.provider.call(1);
    expect(call.body.messages.map(({ content }: any) => content)).toEqual([
      ...['Count', 'one, two, ', 'Please go on exactly where you stopped.'],
    ]);
    call.say('three.');
    call.finish();
    await said(page, 'three.').waitFor();
    await answered(page);
    expect(await page.getByRole('button', { name: 'Continue', exact: true }).count()).toBe(0);
    // The two read as one: what was asked between them is folded, and nothing is said of the end of the first.
    expect(await said(page, 'You stopped this answer.').count()).toBe(0);
    expect(await said(page, 'Please go on').count()).toBe(0);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy', exact: true }).last().click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('one, two, three.');
    await page.getByRole('button', { name: 'Continued' }).click();
    await said(page, 'Please go on exactly where you stopped.').waitFor();
    await page.getByRole('button', { name: 'Edit' }).last().waitFor();
  });

  it('says that it was cut off, after a reload too (page/cut-seen)', async () => {
    const page = await web.open(await web.person());
    web.provider.reply = (call) => call.say('This answer is cut in the mid').finish(undefined, 'length');
    await ask(page, 'Tell me all');
    const line = said(page, 'This answer was cut off, because it had reached its greatest length.');
    await line.waitFor();
    await page.waitForURL(/\/c\//);
    await page.reload();
    await line.waitFor();
    await page.getByRole('button', { name: 'Continue' }).waitFor();
  });

  it('says that a filter cut it off, after a reload too', async () => {
    const page = await web.open(await web.person());
    web.provider.reply = (call) => call.say('Once upon a').finish(undefined, 'content_filter');
    await ask(page, 'Tell me a story');
    const line = said(page, 'The provider’s content filter cut this answer off.');
    await line.waitFor();
    await page.waitForURL(/\/c\//);
    await page.reload();
    await line.waitFor();
    await said(page, 'Once upon a').waitFor();
  });

  it('gives a sign of life while nothing comes', async () => {
    const page = await web.open(await web.person());
    await page.clock.install();
    await ask(page, 'Think');
    const call = await web.provider.call(0);
    call.say('Well');
    await said(page, 'Well').waitFor();
    await page.clock.runFor(12_000);
    await said(page, /^Still waiting for the model … 1\d s$/).waitFor();
    call.say(', here it is.');
    await said(page, 'Well, here it is.').waitFor();
    await page.clock.runFor(1_000);
    expect(await said(page, 'Still waiting').count()).toBe(0);
    call.finish();
    await page.clock.runFor(1_000);
    await answered(page);
  });
});
