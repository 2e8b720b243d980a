import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, Server } from '../support/process.js';

const main = resolve(__dirname, '../../dist/src/main.js');

describe('starting the product', () => {
  let folder: string;
  const env = () => ({ PATH: process.env.PATH, DATA_DIR: folder, STORE: 'memory', SESSIONS: 'memory' });
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, env: env(), encoding: 'utf8', timeout: 60_000 });

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

  it.each([['--chek'], ['check'], ['--check', '--what']])('starts nothing for %s', (...args) => {
    expect(run(...args)).toMatchObject({ status: 64, stdout: '', stderr: 'Usage: npm start [-- --check]\n' });
  });
});
