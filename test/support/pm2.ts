import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.js';
import { freePort } from './redis.js';

const root = resolve(__dirname, '../..');
const bin = join(root, 'node_modules/pm2/bin/pm2');

/** `stop_exit_codes` in ecosystem.config.js: not to be started again. */
const REFUSED = 78;

interface Listed {
  pid: number;
  name: string;
  pm2_env: { status: string; exit_code?: number; restart_time: number };
}

/** How PM2 is started: with a daemon (`pm2 start`), or as `npm run start:cluster` does, in the foreground (pm2-runtime). */
export type Manner = 'pm2 start' | 'start:cluster';

/** PM2 of its own, running the product as `ecosystem.config.js` says. */
export class Pm2 {
  private foreground: ChildProcess | undefined;

  private constructor(
    readonly home: string,
    readonly env: Record<string, string>,
    readonly url: string,
  ) {}

  /** Resolves when the product is ready. */
  static async start(env: Record<string, string>, manner: Manner = 'pm2 start'): Promise<Pm2> {
    const home = await mkdtemp(join(tmpdir(), 'parley-pm2-'));
    const port = String(await freePort());
    const own = { PM2_HOME: home, LOG_DIR: home, DATA_DIR: join(home, 'data'), PORT: port, LOG_LEVEL: 'warn' };
    const pm2 = new Pm2(home, { PATH: process.env.PATH!, HOME: home, ...own, ...env }, `http://127.0.0.1:${port}`);
    try {
      await pm2.begin(manner);
      await eventually(async () => (await pm2.isReady()) || (await pm2.hasGivenUp()));
      if (await pm2.hasGivenUp()) throw new Error('the processes were refused');
      return pm2;
    } catch (error) {
      const output = await pm2.output();
      await pm2.stop();
      throw new Error(`${String(error)}\n${output}`, { cause: error });
    }
  }

  private async begin(manner: Manner): Promise<void> {
    if (manner === 'start:cluster') {
      this.foreground = await this.spawn(join(root, 'scripts/cluster.mjs'), []);
      return;
    }
    const code = await this.run(bin, ['start', 'ecosystem.config.js']);
    if (code !== 0) throw new Error(`pm2 start: ${code}`);
  }

  private async isReady(): Promise<boolean> {
    return (await fetch(`${this.url}/health/ready`).catch(() => undefined))?.status === 200;
  }

  private async hasGivenUp(): Promise<boolean> {
    // It ends by itself. To ask PM2 before it is there would start a daemon.
    if (this.foreground) return this.foreground.exitCode !== null;
    const listed = await this.listed();
    // With a growing pause PM2 lists also those as `waiting restart` that it will not start again.
    return listed.length > 0 && listed.every(({ pid, pm2_env }) => !pid && pm2_env.exit_code === REFUSED);
  }

  /** What `pm2` or a script printed, and what the processes did. */
  async output(): Promise<string> {
    const files = ['command.log', 'parley.log', 'parley.error.log'];
    const texts = await Promise.all(files.map((file) => readFile(join(this.home, file), 'utf8').catch(() => '')));
    return texts.join('\n');
  }

  /** What `pm2 logs` shows of the past. */
  async logs(): Promise<string> {
    const from = (await this.commandOutput()).length;
    await this.run(bin, ['logs', 'parley', '--raw', '--nostream', '--lines', '200']);
    return (await this.commandOutput()).slice(from);
  }

  reloadLogs(): Promise<number | null> {
    return this.run(bin, ['reloadLogs']);
  }

  /** What the commands printed; of `start:cluster` what its terminal shows. */
  commandOutput(): Promise<string> {
    return readFile(join(this.home, 'command.log'), 'utf8').catch(() => '');
  }

  /** SIGTERM to `start:cluster`, as systemd sends it. Gives back its exit code. */
  async terminate(): Promise<number | null> {
    const { foreground } = this;
    if (!foreground) throw new Error('it runs in the background');
    if (foreground.exitCode !== null) return foreground.exitCode;
    const ended = once(foreground, 'exit');
    foreground.kill('SIGTERM');
    const [code] = await ended;
    return code as number | null;
  }

  /** `pm2 reload`, as an operator types it. */
  reload(): Promise<number | null> {
    return this.run(bin, ['reload', 'ecosystem.config.js', '--update-env']);
  }

  /** `npm run reload`, with these variables over the others. */
  safeReload(env: Record<string, string> = {}): Promise<number | null> {
    return this.run(join(root, 'scripts/reload.mjs'), [], env);
  }

  /** The product's processes that are up. */
  async workers(): Promise<Listed[]> {
    return (await this.listed()).filter(({ pm2_env }) => pm2_env.status === 'online');
  }

  private async listed(): Promise<Listed[]> {
    const child = spawn(process.execPath, [bin, 'jlist'], {
      cwd: root,
      env: this.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    await once(child, 'close');
    const listed = JSON.parse(
      text.slice(text.indexOf('[{') < 0 ? text.lastIndexOf('[]') : text.indexOf('[{')),
    ) as Listed[];
    return listed.filter(({ name }) => name === 'parley');
  }

  /** Ends the processes and the daemon, whatever state they are in. */
  async stop(): Promise<void> {
    if (this.foreground) await this.terminate();
    const daemon = Number(await readFile(join(this.home, 'pm2.pid'), 'utf8').catch(() => '0'));
    await this.run(bin, ['kill'], { SHUTDOWN_GRACE_SECONDS: '0' });
    if (daemon > 0 && isAlive(daemon)) process.kill(daemon, 'SIGKILL');
    await rm(this.home, { recursive: true, force: true });
  }

  private async run(file: string, args: string[], env: Record<string, string> = {}): Promise<number | null> {
    const [code] = await once(await this.spawn(file, args, env), 'exit');
    return code as number | null;
  }

  /** The daemon outlives the command: its output must not hang on ours. */
  private async spawn(file: string, args: string[], env: Record<string, string> = {}): Promise<ChildProcess> {
    const log = createWriteStream(join(this.home, 'command.log'), { flags: 'a' });
    await once(log, 'open');
    const stdio: Array<'ignore' | typeof log> = ['ignore', log, log];
    const child = spawn(process.execPath, [file, ...args], { cwd: root, env: { ...this.env, ...env }, stdio });
    log.close();
    return child;
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
