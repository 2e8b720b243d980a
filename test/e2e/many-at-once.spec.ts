import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { longestBacklog } from '../../src/http/backlog.js';
import { build, Server } from '../support/process.js';

/** As many as come back at once after a restart, where this system lets them wait. */
const COUNT = Math.min(2000, longestBacklog() ?? 128);

async function answerOn(socket: Socket): Promise<string> {
  socket.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString().split('\r\n')[0];
}

describe('many who connect at once', () => {
  let folder: string;
  let server: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'parley-many-'));
    server = await Server.start({ DATA_DIR: folder });
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    server?.child.kill('SIGCONT');
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('wait for a process that is busy, and are all answered', async () => {
    const { hostname, port } = new URL(server.url);
    server.child.kill('SIGSTOP');
    const connected = Array.from({ length: COUNT }, () => {
      const socket = connect(Number(port), hostname);
      sockets.push(socket);
      return once(socket, 'connect');
    });
    await Promise.all(connected);
    server.child.kill('SIGCONT');
    const answers = await Promise.all(sockets.map(answerOn));
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 200 OK']));
  });
});
