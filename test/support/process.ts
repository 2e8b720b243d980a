import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const dist = resolve(root, 'dist');
const main = resolve(dist, 'src/main.js');

/** Builds the product once for all suites that run it as a process. */
export function build(): void {
  if (process.env.PARLEY_BUILT === '1' && existsSync(main)) return;
  const tsc = resolve(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'pipe' });
}

/** The product as an operator runs it: a process of its own. */
export class Server {
  output = '';
  url = '';
  private constructor(readonly child: ChildProcess) {
    child.stdout!.on('data', (chunk) => (this.output += chunk));
    child.stderr!.on('data', (chunk) => (this.output += chunk));
  }

  /** Starts it and waits until it listens. Rejects where it exits instead. `folder`: of another build than ours. */
  static async start(env: Record<string, string>, folder = dist): Promise<Server> {
    const server = Server.spawn(env, folder);
    const listens = new Promise<void>((done, fail) => {
      server.child.stdout!.on('data', () => {
        const address = /listens on (http:\S+)/.exec(server.output);
        if (!address) return;
        server.url = address[1];
        done();
      });
      server.child.once('exit', (code) => fail(new Error(`exit ${code}: ${server.output}`)));
    });
    await listens;
    return server;
  }

  /** Starts it and waits for nothing. */
  static spawn(env: Record<string, string>, folder = dist): Server {
    const child = spawn(process.execPath, [resolve(folder, 'src/main.js')], {
      cwd: env.DATA_DIR,
      env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Server(child);
  }

  /** Sends a signal and waits for the end. Gives back the exit code. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  }
}
