// The program of `ReaderProcess`: is given files over one pipe, and says over another what was read.
import './lockdown.js';
import { Socket } from 'node:net';
import { FrameReader, writeFrame } from '../frames.js';
import { isImageType, type FileType } from '../file-types.js';
import { LARGEST_FILE } from '../limits.js';
import type { Said } from '../reader-answer.js';
import { Broken, Unreadable, Unsupported } from './failures.js';
import { readImage } from './read-image.js';
import { readDocument } from './read-document.js';

interface Request {
  type: FileType;
  maxPixels: number;
}

async function read(request: Request, content: Buffer): Promise<Said> {
  try {
    const { type, maxPixels } = request;
    return isImageType(type) ? await readImage(type, content, maxPixels) : await readDocument(type, content);
  } catch (error) {
    if (error instanceof Unsupported) return [{ kind: 'unsupported' }];
    if (error instanceof Broken) return [{ kind: 'broken', message: error.message.slice(0, 2000) }];
    return [{ kind: 'unreadable', reason: error instanceof Unreadable ? error.reason : 'damaged' }];
  }
}

const input = new Socket({ fd: 3, readable: true, writable: false });
const output = new Socket({ fd: 4, readable: false, writable: true });
const frames = new FrameReader(LARGEST_FILE);
let request: Request | null = null;

async function take(frame: Buffer): Promise<void> {
  if (!request) return void (request = JSON.parse(frame.toString()) as Request);
  const [head, ...rest] = await read(request, frame);
  request = null;
  for (const part of [Buffer.from(JSON.stringify(head)), ...rest]) writeFrame(output, part);
}

input.on('data', (chunk: Buffer) => {
  for (const frame of frames.push(chunk)) void take(frame);
});
// The server is gone.
input.on('close', () => process.exit());
writeFrame(output, Buffer.from('ready'));
