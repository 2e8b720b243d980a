import type { Page } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { useWeb } from './harness.js';
import { lengthen } from './lengthen.js';
import { ask, field, said } from './steps.js';

const PAIRS = 200;
const textOf = (n: number) => `Number ${n}. ${'Some more words of it. '.repeat(n % 20)}`;

/** The calls of a page, without what it loads. */
function callsOf(page: Page): string[] {
  const calls: string[] = [];
  page.on('request', (request) => {
    const { pathname, search } = new URL(request.url());
    if (pathname.startsWith('/api/')) calls.push(`${request.method()} ${pathname}${search}`);
  });
  return calls;
}

describe('a conversation of 400 messages', () => {
  const web = useWeb({ DEMO_TEXT: 'Yes.' });

  async function long() {
    const ada = await web.person();
    const events = await ada.askAll('Question 0', 'demo');
    const { conversationId } = events[0].data;
    return { ada, conversationId, ids: lengthen(web.folder, conversationId, PAIRS, textOf) };
  }
  const scrolled = (page: Page) => page.locator('[data-thread]');

  it('opens at its newest messages; everything is asked for once', async () => {
    const { ada, conversationId } = await long();
    const page = await web.open(ada);
    await page.goto('about:blank');
    const calls = callsOf(page);
    await page.goto(`${web.url}/c/${conversationId}`);
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    await field(page).waitFor();
    await eventually(() => ['/api/streams', '/api/convos?limit='].every((of) => calls.join().includes(of)));
    await page.waitForLoadState('networkidle');
    await page.getByRole('navigation', { name: 'Conversations' }).getByText('Question 0').waitFor();

    const messages = calls.filter((call) => call.includes('/messages'));
    expect(messages[0]).toBe(`GET /api/convos/${conversationId}/messages?order=desc&limit=50`);
    expect(messages.length).toBeLessThanOrEqual(2);
    for (const call of calls) expect([call, calls.filter((other) => other === call).length]).toEqual([call, 1]);
    expect(calls).toContain('GET /api/convos?pinned=false&limit=100');
    expect(calls).toContain('GET /api/streams?limit=100');
  });

  it('reads older ones on the way up, and what is looked at stays where it is', async () => {
    const { ada, conversationId } = await long();
    const page = await web.open(ada, { path: `/c/${conversationId}` });
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    const first = said(page, /^Question 0$/);
    const { width, height } = page.viewportSize()!;
    await page.mouse.move(width / 2, height / 2);
    for (let i = 0; i < 500 && !(await first.isVisible()); i++) await page.mouse.wheel(0, -900);
    await first.waitFor();
    expect(await scrolled(page).evaluate((thread) => thread.scrollTop)).toBeLessThan(900);
    await said(page, /^Question 1$/).waitFor();
  });

  it('opens at a message that was found, wherever it is', async () => {
    const { ada, conversationId, ids } = await long();
    const page = await web.open(ada, { path: `/c/${conversationId}?m=${ids[6]}` });
    await said(page, /^Question 3$/).waitFor();
    await page.waitForURL(/\/c\/[^?]*$/);
  });

  it('says that a message is gone, and opens at its newest ones', async () => {
    const { ada, conversationId } = await long();
    const page = await web.open(ada, { path: `/c/${conversationId}?m=019ad000-0000-7000-8000-000000000000` });
    await page.getByText('This message does not exist').waitFor();
    await page.waitForURL(/\/c\/[^?]*$/);
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    expect(await page.getByText('This message does not exist').count()).toBe(1);
    await page.getByRole('button', { name: 'To the newest message' }).waitFor({ state: 'detached' });
    await ask(page, 'And now?');
    await said(page, 'And now?').waitFor();
  });

  it('is looked through as a whole, also what is not loaded', async () => {
    const { ada, conversationId } = await long();
    const page = await web.open(ada, { path: `/c/${conversationId}` });
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    await page.keyboard.press('Control+f');
    const find = page.getByRole('searchbox', { name: 'Find in this conversation' });
    await find.fill('QUESTION 1');
    // 1, 10 to 19, 100 to 199.
    await page.getByText('1 of 111').waitFor();
    await said(page, /^Question 199$/).waitFor();
    await find.press('Shift+Enter');
    await page.getByText('111 of 111').waitFor();
    await said(page, /^Question 1$/).waitFor();
    await find.press('Enter');
    await page.getByText('1 of 111').waitFor();
    await find.fill('no such thing');
    await page.getByText('Not found').waitFor();
    await find.press('Escape');
    await find.waitFor({ state: 'detached' });
    expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('is found by its title', async () => {
    const { ada, conversationId } = await long();
    await ada.call('PATCH', `/api/convos/${conversationId}`, { title: 'Journey to Lisbon' });
    const page = await web.open(ada);
    await field(page).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('lisb');
    const titles = page.getByRole('region', { name: 'Conversations' });
    await titles.getByRole('button', { name: /Journey to Lisbon/ }).click();
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/c/${conversationId}`);
  });

  it('is read whole from a server of the version before', async () => {
    web.expects(/status of 400.*\/messages/);
    const { ada, conversationId } = await long();
    const page = await web.open(ada);
    await page.route(/\/messages\?.*order=/, (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/problem+json',
        body: JSON.stringify({ code: 'validation_failed', status: 400, detail: 'The request is not valid.' }),
      }),
    );
    await page.goto(`${web.url}/c/${conversationId}`);
    await said(page, `Number ${PAIRS - 1}.`).waitFor();
    await scrolled(page).evaluate((thread) => (thread.scrollTop = 0));
    await said(page, /^Question 0$/).waitFor();
  });
});

describe('two tabs of one person', () => {
  const web = useWeb();

  it('that ask at once see both questions, and each keeps its own in sight', async () => {
    const ada = await web.person();
    web.provider.reply = (call) => call.say('Well.').finish();
    const events = await ada.askAll('Begin');
    const { conversationId } = events[0].data;
    web.provider.reply = undefined;
    web.provider.calls.length = 0;
    const one = await web.open(ada, { path: `/c/${conversationId}` });
    const other = await web.open(ada, { path: `/c/${conversationId}` });
    for (const page of [one, other]) await said(page, 'Begin').waitFor();
    // The other tab has not heard of it when it asks.
    let isHeld = true;
    const held: (() => void)[] = [];
    await other.routeWebSocket(/socket\.io/, (socket) => {
      const server = socket.connectToServer();
      server.onMessage((message) => (isHeld ? held.push(() => socket.send(message)) : socket.send(message)));
    });
    await other.reload();
    await said(other, 'Begin').waitFor();

    await ask(one, 'From the first');
    (await web.provider.call(0)).say('To the first');
    await said(one, 'To the first').waitFor();
    await ask(other, 'From the second');
    (await web.provider.call(1)).say('To the second');
    await said(other, 'To the second').waitFor();
    isHeld = false;
    for (const send of held.splice(0)) send();

    // Each stays with its own, is told of the other's, and can see it.
    await said(one, 'To the first').waitFor();
    await one.getByText('Another question was asked here at the same time.').waitFor();
    await one.getByRole('button', { name: 'Show it' }).click();
    await said(one, 'From the second').waitFor();
    await said(other, 'To the second').waitFor();
    await other.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
    await other.getByRole('button', { name: 'Previous version' }).click();
    await said(other, 'From the first').waitFor();
    for (const call of web.provider.calls) call.finish();
  });
});
