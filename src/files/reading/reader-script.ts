import { join, resolve } from 'node:path';

/** The program of the process that reads. */
export interface ReaderScript {
  file: string;
  argv?: string[];
  /** The only files and folders that it may read. */
  readable: string[];
}

/** `dist`, where this is built. */
const BUILT = resolve(import.meta.dirname, '../../..');

export const BUILT_READER: ReaderScript = {
  file: join(import.meta.dirname, 'child', 'reader.child.js'),
  readable: [BUILT, resolve(BUILT, '../node_modules'), resolve(BUILT, '../package.json')],
};

/** For JavaScript; what libraries hold outside of it comes on top. */
const HEAP_MB = 256;

/**
 * Node's own permissions: files to be read as named; none to be written, no process to be started, from Node 25 on no
 * connection. Native libraries are not held by them, but by nothing being there: no environment, no secret on the command
 * line.
 */
export function readerFlags({ readable }: ReaderScript): string[] {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  return [
    permission,
    // Of sharp, and of the watch over whether the server is still there.
    ...['--allow-addons', '--allow-worker'],
    ...readable.map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${HEAP_MB}`,
    '--max-semi-space-size=8',
    '--no-warnings',
  ];
}
