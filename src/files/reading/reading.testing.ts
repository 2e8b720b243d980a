import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { FileToRead } from './file-reader.js';
import type { FileType } from './file-types.js';
import type { ReaderScript } from './reader-script.js';

const root = resolve(__dirname, '../../..');

function fromSource(file: string): ReaderScript {
  return {
    file: resolve(root, 'test/support/run-ts.cjs'),
    argv: [resolve(__dirname, file)],
    readable: ['src', 'libs', 'test/support', 'node_modules', 'package.json'].map((path) => resolve(root, path)),
  };
}

/** The process that reads, from its sources. */
export const SOURCE_READER = fromSource('child/reader.child.ts');
/** One that does what its files say. */
export const MISBEHAVING_READER = fromSource('misbehaving.testing.ts');

/** However busy the machine is. */
export const PATIENT = { ms: 600_000, memoryBytes: 512 * 1024 * 1024 };

/** Files that real programs wrote. */
export function fixture(name: string): string {
  return resolve(__dirname, 'fixtures', name);
}

export function fileOf(bytes: Buffer | string, type: FileType, userId = 'ada'): FileToRead {
  return { content: () => Readable.from([Buffer.from(bytes)]), type, userId };
}

/** The most that a process has held in memory, in MB. */
export function peakOf(pid: number | undefined): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Whether there is such a process; one whose parent has not yet taken note of its end is none. */
export function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
}
