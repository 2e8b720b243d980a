// npm run docs:screenshots: pictures of the main screens for the README, of the product as it is built, with the demo
// endpoint. On a desk and on a phone, light and dark.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { requireChromium } from './chromium.mjs';
import { prepare, root } from './prepare.mjs';

const ANSWER = `A **lease** is a lock with an end: whoever holds it may act until its time is up, and must renew it to go on. If the holder dies, nobody has to clean up. The lease runs out, and the next one takes over.

| | lock | lease |
| --- | --- | --- |
| ends | when it is released | when its time is up |
| holder dies | stuck, until somebody looks | free again, by itself |
| needs | trust in the holder | clocks that run at about the same speed |

In code it is a value with an expiry, written only where none is there:

\`\`\`ts
async function acquire(name: string, owner: string, seconds: number) {
  // NX: only where nobody holds it. EX: and never for longer than that.
  return (await redis.set(name, owner, 'EX', seconds, 'NX')) === 'OK';
}
\`\`\`

One thing to keep in mind: a holder that was paused may believe that it still holds the lease. What it writes should carry a growing number, its *epoch*, so that a late write can be refused.`;

const QUESTIONS = [
  'Plan a weekend in Lisbon with two children',
  'Why is the sky dark at night?',
  'A polite reply that declines a meeting',
  'Compare SQLite and MongoDB in a table',
  'What is a lease, and how does it differ from a lock?',
];
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
const LOG_IN = { email: 'ada@example.org', password: 'kettle-orbit-lantern' };

const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'));
const images = join(root, 'docs', 'images');

async function startServer() {
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: folder,
    PORT: '0',
    LOG_LEVEL: 'warn',
    DEMO_TEXT: ANSWER,
    DEMO_TOKENS_PER_SECOND: '5000',
  };
  const child = spawn(process.execPath, [join(root, 'dist/src/main.js')], { cwd: folder, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  const died = once(child, 'exit').then(() => Promise.reject(new Error(output)));
  for (;;) {
    const [, url] = /listens on (http:\S+)/.exec(output) ?? [];
    if (url) return { child, url };
    await Promise.race([once(child.stdout, 'data'), died]);
  }
}

/** Calls the API as Ada; gives back what was answered. */
async function call(url, path, body, token) {
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  if (token) headers.authorization = `Bearer ${token}`;
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return { answer: await response.json(), cookie: response.headers.get('set-cookie') };
}

/** An account with some conversations; the address of the newest. */
async function fill(url) {
  await call(url, '/api/auth/register', { name: 'Ada', ...LOG_IN });
  const { token } = (await call(url, '/api/auth/login', LOG_IN)).answer;
  let newest;
  for (const message of QUESTIONS) newest = (await call(url, '/api/ask/demo', { message }, token)).answer;
  return `/c/${newest.conversation.id}`;
}

async function shoot(browser, url, name, options, path, ready) {
  const context = await browser.newContext({ deviceScaleFactor: 1, reducedMotion: 'reduce', ...options });
  const { cookie } = await call(url, '/api/auth/login', LOG_IN);
  const [pair] = cookie.split(';');
  const [key, ...value] = pair.split('=');
  const { hostname } = new URL(url);
  if (path !== '/login') {
    await context.addCookies([{ name: key, value: value.join('='), domain: hostname, path: '/api/auth' }]);
  }
  const page = await context.newPage();
  await page.goto(url + path);
  await ready(page);
  // Fonts, and what is fetched on demand: the colours of code.
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(images, `${name}.png`) });
  await context.close();
}

const SCREENS = (conversation) => [
  ['chat', conversation, (page) => page.getByText('One thing to keep in mind').waitFor()],
  ['welcome', '/', (page) => page.getByRole('textbox', { name: 'Message' }).waitFor()],
  ['settings', '/settings', (page) => page.getByText('Delete my account').first().waitFor()],
  ['login', '/login', (page) => page.getByLabel('E-mail').waitFor()],
];

prepare();
const executablePath = requireChromium();
mkdirSync(images, { recursive: true });
const { child, url } = await startServer();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const [screen, path, ready] of SCREENS(await fill(url))) {
    for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
      for (const colorScheme of ['light', 'dark']) {
        const options = { viewport, colorScheme, locale: 'en-GB' };
        await shoot(browser, url, `${screen}-${device}-${colorScheme}`, options, path, ready);
      }
    }
  }
} finally {
  await browser.close();
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
console.log('Wrote docs/images.');
