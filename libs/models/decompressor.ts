import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** What Node.js can unpack; zstd since 22.15. */
const MAKE: Record<string, (() => Transform) | undefined> = {
  gzip: zlib.createGunzip,
  'x-gzip': zlib.createGunzip,
  deflate: zlib.createInflate,
  br: zlib.createBrotliDecompress,
  zstd: (zlib as { createZstdDecompress?: () => Transform }).createZstdDecompress,
};

/** How a body is compressed (RFC 9110 §8.4); undefined: not at all. */
export function encodingOf(headers: IncomingHttpHeaders | Record<string, unknown>): string | undefined {
  const encoding = String(headers['content-encoding'] ?? '')
    .trim()
    .toLowerCase();
  return encoding === '' || encoding === 'identity' ? undefined : encoding;
}

export function canDecompress(encoding: string): boolean {
  return Object.hasOwn(MAKE, encoding) && MAKE[encoding] !== undefined;
}

/** A stream that unpacks; only for what `canDecompress`. Gives out each piece as it comes, and `error` for what is cut off. */
export function decompressor(encoding: string): Transform {
  return MAKE[encoding]!();
}
