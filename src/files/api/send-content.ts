import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ByteRange, OpenContent } from '../content/file-contents.js';
import { matches, rangeOf } from './byte-range.js';

/** Bytes to be given out. */
export interface Shown {
  /** Strong, with its quotes: other bytes have another one. */
  etag: string;
  size: number;
  contentType: string;
  disposition: string;
  /** Rejects where they are gone meanwhile. */
  open(range?: ByteRange): Promise<OpenContent>;
}

/**
 * Answers with bytes, or with the part of them that is asked for: 200, 206, 304 or 416. They go as fast as the connection
 * takes them.
 */
export async function sendContent(request: FastifyRequest, reply: FastifyReply, shown: Shown): Promise<void> {
  const { etag, size } = shown;
  const { headers } = request;
  const before = reply.getHeader('vary');
  void reply.headers({
    ...{ etag, 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' },
    ...{ vary: before ? `${String(before)}, Authorization` : 'Authorization' },
  });
  if (matches(headers['if-none-match'], etag)) return void reply.code(304).send();
  // A part of something else would be of no use.
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  const range = isSame ? rangeOf(headers.range, size) : 'whole';
  if (range === 'unsatisfiable') {
    return void reply.code(416).header('content-range', `bytes */${size}`).send();
  }
  const part = range === 'whole' ? undefined : range;
  if (part) void reply.code(206).header('content-range', `bytes ${part.first}-${part.last}/${size}`);
  void reply.headers({
    'content-type': shown.contentType,
    'content-disposition': shown.disposition,
    'content-length': part ? part.last - part.first + 1 : size,
  });
  const bytes = request.method === 'HEAD' ? Readable.from([]) : (await shown.open(part)).bytes;
  void reply.send(bytes);
}
