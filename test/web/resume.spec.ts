import { useWeb } from './harness.js';
import { eventually } from '../support/eventually.js';
import { answered, ask, said } from './steps.js';

/** What Chromium writes into the console when a server is gone or has forgotten a stream. */
const AWAY = [
  /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_INCOMPLETE_CHUNKED_ENCODING/,
  /WebSocket connection to .* failed/,
  /status of (404|503).*\/api\/streams\//,
];

describe('an answer goes on where it was', () => {
  const web = useWeb({ SHUTDOWN_GRACE_SECONDS: '0' });

  it('over a reload in mid-answer', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'Count');
    const call = await web.provider.call(0);
    call.say('one ', 'two ');
    await said(page, 'one two').waitFor();

    await page.reload();
    await said(page, 'one two').waitFor();
    call.say('three ');
    await said(page, 'one two three').waitFor();
    call.say('four.');
    call.finish();
    await said(page, 'one two three four.').waitFor();
    await answered(page);
    expect(web.provider.calls.length).toBe(1);
    expect(await said(page, 'one two').count()).toBe(1);
  });

  it('over a lost connection', async () => {
    web.expects(/ERR_INTERNET_DISCONNECTED/, /WebSocket connection to .* failed/);
    const page = await web.open(await web.person());
    await ask(page, 'Count');
    const call = await web.provider.call(0);
    call.say('one ');
    await said(page, 'one').waitFor();
    // A line that is open is not cut by this: the next connection fails.
    await page.context().setOffline(true);
    call.say('two ', 'three.');
    call.finish();
    await page.context().setOffline(false);
    await said(page, 'one two three.').waitFor();
    await answered(page);
  });

  it('over a crash of the server: what was written stays, the page says what happened, and it can be asked again', async () => {
    web.expects(...AWAY);
    const ada = await web.person();
    const page = await web.open(ada);
    await ask(page, 'Count');
    (await web.provider.call(0)).say('one ', 'two ');
    await said(page, 'one two').waitFor();
    // Once a second it is saved.
    const [{ id }] = (await ada.get('/api/convos')).items;
    await eventually(async () => (await ada.messages(id))[1].text === 'one two ');

    await web.restart('SIGKILL');
    await said(page, 'This answer was interrupted. What had been written is kept.').waitFor();
    await said(page, 'one two').waitFor();

    await page.getByRole('button', { name: 'Answer again' }).click();
    const again = await web.provider.call(1);
    again.say('one two three.');
    again.finish();
    await said(page, 'one two three.').waitFor();
    await page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
  });

  it('over a stop of the server, and the next question is answered', async () => {
    web.expects(...AWAY);
    const page = await web.open(await web.person());
    await ask(page, 'Count');
    (await web.provider.call(0)).say('one ');
    await said(page, 'one').waitFor();
    await web.restart('SIGTERM');
    await said(page, 'This answer was interrupted.').waitFor();
    await ask(page, 'And now?');
    const call = await web.provider.call(1);
    call.say('Now it works.');
    call.finish();
    await said(page, 'Now it works.').waitFor();
  });

  it('that is stopped keeps its text', async () => {
    const page = await web.open(await web.person());
    await ask(page, 'Count');
    const call = await web.provider.call(0);
    call.say('one ', 'two ');
    await said(page, 'one two').waitFor();
    await page.getByRole('button', { name: 'Stop answering' }).click();
    await said(page, 'You stopped this answer.').waitFor();
    await said(page, 'one two').waitFor();
    await page.reload();
    await said(page, 'You stopped this answer.').waitFor();
  });
});
