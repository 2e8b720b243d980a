import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RedisServerOptions {
  /** Keeps its data over a `restart`, each write before it is answered (an append-only file). Default: keeps nothing. */
  durable?: boolean;
  /** Default: a free one. */
  port?: number;
  /** Further arguments of redis-server. */
  args?: string[];
  /** Lines of a configuration file, before all arguments. */
  config?: string[];
}

/**
 * A `redis-server` of our own (from PATH; `npm test` sees to it that there is one) on a loopback port, in a folder of its
 * own. Whoever starts one stops it in `afterAll`; where these tests are killed it goes with them.
 */
export class RedisServer {
  private child: ChildProcess | undefined;
  private guard: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly options: RedisServerOptions,
  ) {}

  /** Resolves when it answers a PING. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    for (let tries = 1; ; tries++) {
      const port = options.port ?? (await freePort());
      const server = new RedisServer(port, mkdtempSync(join(tmpdir(), 'parley-redis-')), options);
      try {
        await server.run();
        return server;
      } catch (error) {
        await server.stop();
        // Somebody else may have taken the port since we looked.
        if (tries === 5 || options.port !== undefined) throw error;
      }
    }
  }

  get uri(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** As a crash, or a power cut: SIGKILL, no good-bye. Resolves when it is gone. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    // First, or it would kill who has the number next.
    this.guard?.kill('SIGKILL');
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Starts it again after `kill` (or kills it first), on the same port; empty, unless it is `durable`. */
  async restart(): Promise<void> {
    await this.kill();
    await this.run();
  }

  /**
   * What a `durable` one has on disk now, for a restart that loses all that is written later: as after a crash under
   * `appendfsync everysec`, or with a replica that lagged. The function kills the server and starts it so.
   */
  copy(): () => Promise<void> {
    // One file, or since Redis 7 a folder of them.
    const names = readdirSync(this.folder).filter((name) => name.startsWith('appendonly'));
    const copied = join(this.folder, 'copy');
    for (const name of names) cpSync(join(this.folder, name), join(copied, name), { recursive: true });
    return async () => {
      await this.kill();
      for (const name of names) {
        rmSync(join(this.folder, name), { recursive: true });
        renameSync(join(copied, name), join(this.folder, name));
      }
      await this.run();
    };
  }

  /** It hangs: keeps its connections, takes new ones, answers nothing. */
  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Puts right what `kill` and `pause` did, if they did. */
  async revive(): Promise<void> {
    this.resume();
    if (!this.child) await this.run();
  }

  /** Ends it and removes its folder; any number of times, paused or not. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async run(): Promise<void> {
    const { port, folder, options } = this;
    const durable = options.durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
    const file = join(folder, 'redis.conf');
    // A sentinel writes into its file what it has learned.
    if (options.config && !existsSync(file)) writeFileSync(file, options.config.join('\n'));
    const args = [
      ...(options.config ? [file] : []),
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--dir',
      folder,
      '--save',
      '',
      ...durable,
    ];
    const child = spawn('redis-server', [...args, ...(options.args ?? [])], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.guard = guard(child, folder);
    this.output = '';
    let failed: Error | undefined;
    child.on('error', (error) => (failed = error));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.output += text));
    const end = Date.now() + 120_000;
    while (!(await answersPing(port, child))) {
      if (failed) throw failed;
      const gone = child.exitCode !== null || child.signalCode !== null;
      if (gone || Date.now() > end) throw new Error(`redis-server does not run: ${this.output}`);
      await sleep(10);
    }
  }
}

/**
 * Waits for the end of this process, however that comes (its pipe breaks), and does then what `stop` would have done.
 * An exit handler would not be called in a worker of Jest.
 */
function guard({ pid }: ChildProcess, folder: string): ChildProcess | undefined {
  if (pid === undefined) return undefined;
  const script = 'cat > /dev/null; kill -9 "$0" 2> /dev/null; rm -rf "$1"';
  const process = spawn('sh', ['-c', script, `${pid}`, folder], { stdio: ['pipe', 'ignore', 'ignore'] });
  // It is killed while we still hold its pipe.
  process.on('error', () => {});
  process.stdin?.on('error', () => {});
  process.unref();
  (process.stdin as Socket).unref();
  return process;
}

/** A port on which nobody listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answersPing(port: number, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) return false;
  const socket = createConnection(port, '127.0.0.1');
  try {
    return await new Promise<boolean>((resolve) => {
      socket.setTimeout(500, () => resolve(false));
      socket.on('error', () => resolve(false));
      socket.on('data', (text) => resolve(/^(\+PONG|-NOAUTH)/.test(text.toString())));
      socket.write('PING\r\n');
    });
  } finally {
    socket.destroy();
  }
}
