import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { Person } from '../support/person.js';
import { Server } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { freePort } from '../support/redis.js';

const root = resolve(__dirname, '../..');

/** Nothing of its own goes out of the house, and a machine without a display or a GPU will do. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** Many suites ask quickly, and all from one address. */
const NO_LIMITS = {
  API_MAX: '0',
  LOGIN_MAX: '0',
  REGISTER_MAX: '0',
  MESSAGE_USER_MAX: '0',
  CONCURRENT_MESSAGE_MAX: '0',
};

/** A browser asks who is logged in by a cookie it can't see: where nobody is, it is told so, and writes that down. */
const ALWAYS_EXPECTED = [/status of 401.*\/api\/auth\/refresh/];

export interface OpenOptions extends BrowserContextOptions {
  path?: string;
}

/**
 * The built product as a process, a model in the test's hands, and a real Chromium. Whatever a page complains of (errors
 * in its console, exceptions, breaches of the Content-Security-Policy, requests to other hosts) fails the test, unless the
 * test said that it `expects` it.
 */
export class Web {
  provider: Provider;
  server: Server;
  private browser: Browser;
  /** Where the server keeps its data. */
  readonly folder = mkdtempSync(join(tmpdir(), 'parley-web-'));
  private readonly contexts: BrowserContext[] = [];
  private complaints: string[] = [];
  private expected: RegExp[] = [];
  private env: Record<string, string>;

  get url(): string {
    return this.server.url;
  }

  async start(env: Record<string, string>): Promise<void> {
    build();
    this.provider = await Provider.start();
    // A port that stays: after a restart open pages find it again.
    const PORT = String(await freePort());
    this.env = { DATA_DIR: this.folder, PORT, ...NO_LIMITS, ...this.provider.env, ...env };
    this.server = await Server.start(this.env);
    this.browser = await chromium.launch({
      executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
      args: ARGS,
    });
  }

  async stop(): Promise<void> {
    await this.browser?.close();
    await this.server?.end('SIGKILL');
    await this.provider?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends the server, and starts it on the same port over the same data. */
  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.server.end(signal);
    this.server = await Server.start(this.env);
  }

  person(name?: string): Promise<Person> {
    return Person.join(this.url, name);
  }

  /** A browser of its own (another device), logged in as `person` where one is given. */
  async open(person?: Person, { path = '/', ...options }: OpenOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: DESK, locale: 'en-GB', ...options });
    this.contexts.push(context);
    context.setDefaultTimeout(120_000);
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
        console.error(`breach of ${violatedDirective}: ${blockedURI} from ${sourceFile}`);
      });
    });
    context.on('page', (page) => this.listen(page));
    if (person) await this.logIn(context, person);
    const page = await context.newPage();
    await page.goto(this.url + path);
    return page;
  }

  /** Another session of the same user: a refresh cookie may be used by one browser only. */
  private async logIn(context: BrowserContext, { user }: Person): Promise<void> {
    const { cookie } = await Person.logIn(this.url, user.email);
    const [name, ...value] = cookie.split('=');
    const { hostname } = new URL(this.url);
    await context.addCookies([
      { name, value: value.join('='), domain: hostname, path: '/api/auth', httpOnly: true, sameSite: 'Strict' },
    ]);
  }

  /** What pages may complain of in this test. */
  expects(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  /** Closes all pages. Throws where one complained. */
  async closePages(): Promise<void> {
    for (const context of this.contexts.splice(0)) await context.close();
    if (!this.provider) return;
    this.provider.reply = undefined;
    this.provider.calls.length = 0;
    const expected = [...ALWAYS_EXPECTED, ...this.expected.splice(0)];
    const complaints = this.complaints.splice(0).filter((text) => !expected.some((pattern) => pattern.test(text)));
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
  }

  private listen(page: Page): void {
    page.on('pageerror', (error) => this.complaints.push(String(error.stack ?? error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (/^(https?|wss?):/.test(protocol) && origin !== this.url) this.complaints.push(`asked for ${request.url()}`);
    });
  }
}

/** Server and page, both, whatever is out of date. */
function build(): void {
  const script = "import('./scripts/prepare.mjs').then(({ prepare }) => prepare())";
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'pipe' });
}

/** A product and a browser for all tests of a suite; pages are closed after each. */
export function useWeb(env: Record<string, string> = {}): Web {
  const web = new Web();
  beforeAll(() => web.start(env));
  afterEach(() => web.closePages());
  afterAll(() => web.stop());
  return web;
}
