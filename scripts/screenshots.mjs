// npm run docs:screenshots: pictures of the main screens for the README, of the product as it is built, with the demo
// endpoint. On a desk and on a phone, light and dark.
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
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

/** What is said of the files. */
const ABOUT_FILES = `By your notes a lease of ours is held for **30 seconds** and renewed every 10, so a holder that dies is replaced after half a minute at most.

The chart agrees with that: of a thousand holders that were killed, none was missed for longer than 31 seconds, and most were replaced within 20.`;

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

/** A chart, as a picture that somebody might have taken of it. */
const CHART = `<svg xmlns="http://www.w3.org/2000/svg" width="960" height="600" font-family="DejaVu Sans, sans-serif">
<rect width="960" height="600" fill="#fdfcfb"/><text x="60" y="66" font-size="30" fill="#211f1b">Time until a dead holder is replaced</text>
${[310, 420, 150, 70, 40, 10]
  .map((count, at) => {
    const height = count * 0.85;
    const x = 90 + at * 140;
    return `<rect x="${x}" y="${500 - height}" width="96" height="${height}" rx="8" fill="#0b6e63"/>
<text x="${x + 48}" y="540" font-size="22" text-anchor="middle" fill="#656057">${at * 5 + 5} s</text>`;
  })
  .join('')}
<line x1="60" y1="500" x2="920" y2="500" stroke="#8f887c" stroke-width="2"/></svg>`;

/** Notes that are longer than a model reads at once: it gets the passages that fit the question. */
function notes() {
  const entry = (at) =>
    `## Entry ${at}\n\nThe team looked at ${['queues', 'caches', 'indexes', 'streams'][at % 4]} on day ${at}, and changed nothing. ${'What was measured stayed within its limits, and nobody was woken. '.repeat(6)}\n`;
  const all = Array.from({ length: 1_500 }, (_, at) => entry(at + 1));
  all[700] += '\nA lease is held for 30 seconds. Its holder renews the lease every 10 seconds.\n';
  all[1_100] += '\nWhere the holder of a lease dies, the next holder takes the lease over once it has run out.\n';
  return all.join('\n');
}

const folder = mkdtempSync(join(tmpdir(), 'parley-pictures-'));
const images = join(root, 'docs', 'images');

async function startServer(name, text) {
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: join(folder, name),
    PORT: '0',
    LOG_LEVEL: 'warn',
    DEMO_TEXT: text,
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

/** Ada's account; her token. */
async function register(url) {
  await call(url, '/api/auth/register', { name: 'Ada', ...LOG_IN });
  return (await call(url, '/api/auth/login', LOG_IN)).answer.token;
}

/** Asks each; the address of the newest conversation. */
async function fill(url, token, questions) {
  let newest;
  for (const question of questions) newest = (await call(url, '/api/ask/demo', question, token)).answer;
  return `/c/${newest.conversation.id}`;
}

/** Gives back the file's id, once it has been read. */
async function upload(url, token, name, type, bytes) {
  const body = new FormData();
  body.append('file', new File([bytes], name, { type }));
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/files`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return (await response.json()).file.id;
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
  await page.addInitScript({ content: `localStorage.setItem('parley.thoughts', 'open')` });
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

async function seeFiles(page) {
  await page.getByRole('button', { name: /^Thought for/ }).waitFor();
  await page.getByRole('region', { name: 'Sources' }).waitFor();
  await page.locator('.file-picture img').waitFor();
}

/** Each on a desk and on a phone, light and dark. */
async function shootAll(browser, url, screens) {
  for (const [screen, path, ready] of screens) {
    for (const [device, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
      for (const colorScheme of ['light', 'dark']) {
        const options = { viewport, colorScheme, locale: 'en-GB' };
        await shoot(browser, url, `${screen}-${device}-${colorScheme}`, options, path, ready);
      }
    }
  }
}

/** A product that says `text`, for as long as `use` takes. */
async function withServer(name, text, use) {
  const { child, url } = await startServer(name, text);
  try {
    await use(url, await register(url));
  } finally {
    child.kill('SIGKILL');
  }
}

prepare();
const executablePath = requireChromium();
mkdirSync(images, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  await withServer('main', ANSWER, async (url, token) => {
    const questions = QUESTIONS.map((message) => ({ message }));
    await shootAll(browser, url, SCREENS(await fill(url, token, questions)));
  });
  await withServer('files', ABOUT_FILES, async (url, token) => {
    const files = [
      await upload(url, token, 'dead-holders.png', 'image/png', await sharp(Buffer.from(CHART)).png().toBuffer()),
      await upload(url, token, 'notes-of-the-team.md', 'text/markdown', notes()),
    ];
    const question = {
      message: 'For how long do we hold a lease, and is that enough?',
      files,
      reasoningEffort: 'medium',
    };
    const conversation = await fill(url, token, [{ message: QUESTIONS[0] }, question]);
    await shootAll(browser, url, [['files', conversation, seeFiles]]);
  });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log('Wrote docs/images.');
