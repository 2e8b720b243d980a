// What readers that never read cost: READERS open the stream of one long answer and take nothing from their sockets.
// Prints the server's memory every five seconds. The answer itself is held (4 kB a delta, about 60 kB a second).
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accounts, here, listening, main, message, OVERRIDES, residentMb, start } from './processes.mjs';

const READERS = Number(process.env.READERS ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 60);

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const upstream = start(join(here, 'upstream.mjs'), { DELTAS: '1000000', DELTA_CHARS: '4096', PACE_MS: '66' });
const env = {
  OPENAI_BASE_URL: `http://127.0.0.1:${(await message(upstream)).port}/v1`,
  OPENAI_MODELS: 'm',
  DATA_DIR: folder,
  PORT: '0',
  LOG_LEVEL: 'warn',
  ...OVERRIDES,
};
const server = start(main, env);
const url = new URL(await listening(server));
const [token] = await accounts(url.origin, 1);
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
const asked = await fetch(`${url}api/ask/openAI`, { method: 'POST', headers, body: '{"message":"Talk"}' });
const { value } = await asked.body.pipeThrough(new TextDecoderStream()).getReader().read();
const messageId = /"messageId":"([^"]+)"/.exec(value)[1];

let closed = 0;
for (let i = 0; i < READERS; i++) {
  const socket = connect(Number(url.port), url.hostname);
  socket.on('error', () => undefined);
  socket.on('close', () => closed++);
  socket.pause();
  socket.write(`GET /api/streams/${messageId} HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: Bearer ${token}\r\n\r\n`);
}
await sleep(5000);
const first = residentMb(server.pid);
for (let second = 5; second <= SECONDS + 5; second += 5) {
  console.log(`${second} s: ${residentMb(server.pid)} MB, ${READERS} readers that never read`);
  await sleep(5000);
}
console.log(
  `${residentMb(server.pid) - first} MB more after ${SECONDS} s, of which the answer is ${Math.round((SECONDS * 61) / 1024)} MB`,
);
process.exit(0);
