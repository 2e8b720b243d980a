import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryLock, DirectoryLockedError } from './directory-lock.js';

const source = join(__dirname, 'directory-lock.ts');

/** What the child does: the very file under test, turned into JavaScript, then `acquire` and tell how it went. */
const program = `
  const { createRequire } = require('node:module');
  const [file, dataDir, waitMs] = process.argv.slice(1);
  const here = createRequire(file);
  const { code } = here('@swc/core').transformFileSync(file, {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const exports_ = {};
  new Function('require', 'exports', code)(here, exports_);
  exports_.DirectoryLock.acquire(dataDir, { waitMs: Number(waitMs), address: 'http://127.0.0.1:1' }).then(
    () => { console.log('locked'); setInterval(() => {}, 1000); },
    (error) => console.log(error.message),
  );
`;

describe('DirectoryLock', () => {
  let dataDir: string;
  let children: ChildProcess[];

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'parley-lock-'));
    children = [];
  });

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function child(waitMs = 0): Promise<{ child: ChildProcess; said: string }> {
    const started = spawn(process.execPath, ['-e', program, source, dataDir, String(waitMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(started);
    const [said] = await once(started.stdout, 'data');
    return { child: started, said: String(said).trim() };
  }

  it('keeps another process out, and names the holder', async () => {
    const first = await child();
    expect(first.said).toBe('locked');

    const refusal = await DirectoryLock.acquire(dataDir, { waitMs: 0 }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DirectoryLockedError);
    expect((refusal as DirectoryLockedError).holder).toMatchObject({ pid: first.child.pid });
    expect((refusal as Error).message).toContain(`process ${first.child.pid} at http://127.0.0.1:1`);
  });

  it('is free as soon as its holder is killed', async () => {
    const first = await child();
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    const lock = await DirectoryLock.acquire(dataDir, { waitMs: 0 });
    expect(JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8')).pid).toBe(process.pid);
    lock.release();
  });

  it('keeps the other way round too: a child is refused while this process holds it', async () => {
    const lock = await DirectoryLock.acquire(dataDir);
    expect((await child()).said).toContain(`process ${process.pid}`);
    lock.release();
    expect((await child()).said).toBe('locked');
  });

  it('waits for the holder to let go', async () => {
    const lock = await DirectoryLock.acquire(dataDir);
    const waitedFor: unknown[] = [];
    const next = DirectoryLock.acquire(dataDir, { waitMs: 20_000, onWait: (holder) => waitedFor.push(holder) });
    let got = false;
    void next.then(() => (got = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(got).toBe(false);

    lock.release();
    (await next).release();
    expect(waitedFor).toEqual([expect.objectContaining({ pid: process.pid })]);
  });

  it('gives it to exactly one of many, and the rest are refused', async () => {
    const tries = await Promise.allSettled(
      Array.from({ length: 10 }, () => DirectoryLock.acquire(dataDir, { waitMs: 0 })),
    );
    const winners = tries.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    winners[0].value.release();
  });

  it('is refused without a name where the holder wrote none', async () => {
    const lock = await DirectoryLock.acquire(dataDir);
    writeFileSync(join(dataDir, 'lock.json'), 'not JSON');
    await expect(DirectoryLock.acquire(dataDir, { waitMs: 0 })).rejects.toThrow('another process');
    lock.release();
  });

  it('can be released twice, and taken again after that', async () => {
    const lock = await DirectoryLock.acquire(dataDir);
    lock.release();
    lock.release();
    (await DirectoryLock.acquire(dataDir, { waitMs: 0 })).release();
  });

  it('makes the folder, and lets the system say why it can not', async () => {
    (await DirectoryLock.acquire(join(dataDir, 'new', 'folder'))).release();
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    await expect(DirectoryLock.acquire(join(file, 'folder'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
