import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, Server } from '../support/process.js';

const main = resolve(__dirname, '../../dist/src/main.js');

describe('starting the product', () => {
  let folder: string;
  const env = () => ({ PATH: process.env.PATH, DATA_DIR: folder, STORE: 'memory', SESSIONS: 'memory' });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, env: env(), encoding: 'utf8', timeout: 240_000 });

  beforeAll(build);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-start-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('warns of a misspelt variable in .env, at start and in a check, and goes on', async () => {
    writeFileSync(join(folder, '.env'), 'STORE=memory\nSESSIONS=memory\nUSE_REDDIS=hush\n', { mode: 0o600 });
    const warning = '.env, line 3: USE_REDDIS is not known. Is USE_REDIS meant?';
    expect(run('--check')).toMatchObject({ status: 0, stderr: `Warning: ${warning}\n` });
    const server = await Server.start({ DATA_DIR: folder });
    await server.end();
    expect(server.output).toContain(`Warning: ${warning}\n`);
    expect(server.output).not.toContain('hush');
  });

  it.each([['--chek'], ['-c'], ['--check', '--what']])('starts nothing for %s', (...args) => {
    expect(run(...args)).toMatchObject({ status: 64, stdout: '', stderr: 'Usage: npm start [-- --check]\n' });
  });

  it('takes no argument of a cluster’s primary for its own', () => {
    const primary = `
      const cluster = require('node:cluster');
      cluster.setupPrimary({ exec: process.argv[1], args: ['start', 'ecosystem.config.js', '--raw'], execArgv: [] });
      cluster.on('exit', (_, code) => process.exit(code));
      cluster.fork().once('listening', () => process.exit(0));
    `;
    const { status } = spawnSync(process.execPath, ['-e', primary, main], {
      cwd: folder,
      env: { ...env(), PORT: '0' },
      timeout: 240_000,
    });
    expect(status).toBe(0);
  });

  /** Never loads the product: the process stays as it is while it starts. */
  const stuck = `data:text/javascript,${encodeURIComponent(`
    import { writeSync } from 'node:fs';
    export async function load(url, context, next) {
      if (!url.endsWith('/src/app.js')) return next(url, context);
      writeSync(1, 'loading');
      return new Promise(() => {});
    }
  `)}`;
  it.each(['SIGTERM', 'SIGINT', 'shutdown'])('hears %s while it is still being loaded', async (stop) => {
    const register = `import { register } from 'node:module'; register(${JSON.stringify(stuck)})`;
    const child = fork(main, [], {
      cwd: folder,
      env: env(),
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(register)}`],
      silent: true,
    });
    try {
      const ended = once(child, 'exit');
      await once(child.stdout!, 'data');
      if (stop === 'shutdown') child.send(stop);
      else child.kill(stop as NodeJS.Signals);
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('stops where it waits for another’s data folder', async () => {
    const sqlite = { DATA_DIR: folder, JWT_SECRET: 'of-a-server-that-holds-the-folder-0123' };
    const holder = await Server.start(sqlite);
    try {
      const waiting = Server.spawn(sqlite);
      await new Promise<void>((resolve) =>
        waiting.child.stderr!.on('data', () => waiting.output.includes('waiting for it to stop') && resolve()),
      );
      expect(await waiting.end()).toBe(0);
    } finally {
      await holder.end();
    }
  });
});
