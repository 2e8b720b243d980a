import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Listeners } from './listeners.js';

const copier = {
  file: resolve(__dirname, '../../test/support/run-ts.cjs'),
  argv: [resolve(__dirname, 'copy-listener.ts')],
};

/** Sends so many requests at once, each over a connection of its own, and prints how many were answered. */
const CROWD = `
  const [port, size] = process.argv.slice(1).map(Number);
  let answers = 0, closed = 0;
  for (let i = 0; i < size; i++) {
    const socket = require('node:net').connect(port, '127.0.0.1', () => socket.end('GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'));
    socket.on('data', (text) => { if (String(text).includes('200 OK')) answers++; });
    socket.on('error', () => {});
    socket.on('close', () => { if (++closed === size) console.log(answers); });
  }`;

describe('Listeners', () => {
  let server: Server;
  let listeners: Listeners;
  let people: ChildProcess | undefined;
  beforeEach(async () => {
    server = createServer((_request, response) => response.end('hello'));
    listeners = new Listeners(server, copier);
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    people?.kill('SIGKILL');
    people = undefined;
    listeners.close();
    server.closeAllConnections();
    if (server.listening) await once(server.close(), 'close');
  });

  /** A crowd comes to a loop that comes round with difficulty: how often, until all were taken; and who was answered. */
  async function crowd(size: number): Promise<{ rounds: number; answers: number }> {
    let taken = 0;
    let rounds = 0;
    server.on('connection', () => taken++);
    const { port } = server.address() as AddressInfo;
    const crowded = spawn(process.execPath, ['-e', CROWD, String(port), String(size)]);
    people = crowded;
    const printed = once(crowded.stdout, 'data');
    await new Promise<void>((done) => {
      const round = (): void => {
        if (taken === size || people !== crowded) return done();
        if (taken > 0) rounds++;
        const until = performance.now() + 3;
        while (performance.now() < until);
        setImmediate(round);
      };
      round();
    });
    const [text] = (await printed) as [Buffer];
    return { rounds, answers: Number(text) };
  }

  it('take a crowd in a few rounds of a busy event loop', async () => {
    await listeners.open();
    const { rounds, answers } = await crowd(200);
    expect(answers).toBe(200);
    // One at a time: 200.
    expect(rounds).toBeLessThan(100);
  });

  it('serve whoever comes while they are made, and nobody after they were closed', async () => {
    const opened = listeners.open();
    expect((await crowd(600)).answers).toBe(600);
    await opened;
    const { port } = server.address() as AddressInfo;
    listeners.close();
    await once(server.close(), 'close');
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('lose nobody while the other process is still loading', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-listeners-'));
    try {
      const file = join(folder, 'slow.mjs');
      const load = `await new Promise((done) => setTimeout(done, 300));
        (await import('node:module')).createRequire(import.meta.url)(${JSON.stringify(copier.file)});`;
      writeFileSync(file, load);
      listeners = new Listeners(server, { ...copier, file });
      const opened = listeners.open();
      expect((await crowd(600)).answers).toBe(600);
      await opened;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('do without, where the other process can’t be started', async () => {
    const without = new Listeners(server, { file: resolve(__dirname, 'absent.js'), argv: [] });
    await without.open();
    expect((await crowd(20)).answers).toBe(20);
  });
});
