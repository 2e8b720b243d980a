// A program in the place of `reader.child.ts`, which does with each file what the file says.
import './child/lockdown.js';
import { execFileSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, Socket } from 'node:net';
import { getPriority } from 'node:os';
import { FrameReader, writeFrame } from './frames.js';

const output = new Socket({ fd: 4, readable: false, writable: true });
const say = (head: object, ...frames: string[]): void => {
  for (const frame of [JSON.stringify(head), ...frames]) writeFrame(output, Buffer.from(frame));
};
const sayText = (text: string): void => say({ kind: 'document', truncated: false }, text);
const held: Buffer[] = [];

/** What it may, by name; else the error. */
async function allowed(): Promise<Record<string, unknown>> {
  const tried = {
    environment: () => Object.keys(process.env).join(),
    read: () => readFileSync('/etc/hostname', 'utf8'),
    write: () => writeFileSync('/tmp/parley-reading-test', ''),
    run: () => execFileSync('true'),
    connect: () => connect(1, '127.0.0.1'),
    fetch: () => fetch('http://127.0.0.1:1/'),
    lookup: () => lookup('localhost'),
    priority: () => getPriority(),
  };
  const said: Record<string, unknown> = {};
  for (const [name, attempt] of Object.entries(tried)) {
    said[name] = await (async () => attempt())().catch(
      (error: Error & { code?: string }) => error.code ?? error.message,
    );
  }
  return said;
}

const behaviours: Record<string, () => unknown> = {
  read: () => sayText('read'),
  allowed: async () => sayText(JSON.stringify(await allowed())),
  exit: () => process.exit(3),
  abort: () => process.abort(),
  loop: () => {
    for (;;);
  },
  eat: () => setInterval(() => held.push(Buffer.alloc(16 * 1024 * 1024, 1)), 1),
  wait: () => undefined,
  'no json': () => writeFrame(output, Buffer.from('{')),
  'unknown field': () => say({ kind: 'document', truncated: false, html: '<script>' }, 'text'),
  'another kind': () => say({ kind: 'image', ...IMAGE }, 'a', 'b', 'c'),
  'no text': () => sayText(' \n'),
  'broken text': () => {
    say({ kind: 'document', truncated: false });
    writeFrame(output, Buffer.from([0xff]));
  },
  'falling pages': () => say({ kind: 'document', truncated: false, pages: 2, pageStarts: [3, 1] }, 'text'),
  'pages beyond': () => say({ kind: 'document', truncated: false, pages: 1, pageStarts: [9] }, 'text'),
  twice: () => {
    sayText('read');
    sayText('read');
  },
  huge: () => output.write(Buffer.from([0xff, 0xff, 0xff, 0xff])),
  'broken library': () => say({ kind: 'broken', message: 'no such library' }),
};
const form = { mediaType: 'image/png', width: 1, height: 1 };
const IMAGE = { original: form, thumb: { ...form, mediaType: 'image/webp' }, model: form };

const frames = new FrameReader(1024);
let isRequest = false;
new Socket({ fd: 3, readable: true, writable: false })
  .on('data', (chunk: Buffer) => {
    for (const frame of frames.push(chunk)) if (!(isRequest = !isRequest)) behaviours[frame.toString()]();
  })
  .on('close', () => process.exit());
writeFrame(output, Buffer.from('ready'));
