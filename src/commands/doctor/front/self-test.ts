import type { IncomingMessage } from 'node:http';
import type { Config } from '../../../config/config.js';
import { selfTestToken } from '../../../self-test/self-test-token.js';
import type { Seen } from '../../../contract/operations.js';
import { call, drop } from './call.js';

/** What came of reading the server's self-test. */
export interface SelfTest {
  status: number;
  contentType: string;
  encoding?: string;
  seen?: Seen;
  /** When each beat was written, by the server's count, and when it was read, ms. */
  beats: Array<{ sentMs: number; readMs: number }>;
}

/** Reads it to its end, noting when what arrives. Rejects where the connection fails. */
export async function runSelfTest(url: URL, config: Config, headers: Record<string, string> = {}): Promise<SelfTest> {
  const token = selfTestToken(config);
  const response = await call(new URL('/api/streams/self-test', url), {
    // As a browser: a proxy may compress what it would leave alone for others.
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      'accept-encoding': 'gzip, br',
      ...headers,
    },
  });
  if (response === 'silence') throw new Error('nothing within 10 s');
  const { 'content-type': contentType = '', 'content-encoding': encoding } = response.headers;
  const test: SelfTest = { status: response.statusCode ?? 0, contentType, encoding, beats: [] };
  if (test.status !== 200 || encoding || !contentType.startsWith('text/event-stream')) drop(response);
  else await readInto(test, response);
  return test;
}

async function readInto(test: SelfTest, response: IncomingMessage): Promise<void> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const readMs = performance.now();
    const blocks = `${rest}${chunk}`.split('\n\n');
    rest = blocks.pop() as string;
    for (const block of blocks) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event === 'seen') test.seen = JSON.parse(data) as Seen;
      else if (event === 'beat') test.beats.push({ sentMs: (JSON.parse(data) as { atMs: number }).atMs, readMs });
    }
  }
}

/** Whether somebody collected what was written bit by bit: it was read in less than half the time. */
export function isHeldBack({ beats }: SelfTest): boolean {
  const [first, last] = [beats[0], beats.at(-1)];
  if (!first || !last) return false;
  return last.readMs - first.readMs < (last.sentMs - first.sentMs) / 2;
}
