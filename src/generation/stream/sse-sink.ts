import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { LogEntry } from '../../../libs/event-log/index.js';
import type { Follower, Sink } from './follower.js';
import { COMMENT_FRAME, RETRY_FRAME, queuedFrame } from './sse-frames.js';

/** Of every event stream. */
export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};

/** Characters handed to the connection at once: what a reader that takes nothing can hold of one long event. */
const PIECE = 64 * 1024;

/**
 * Writes a follower's entries as server-sent events. The headers go out with the first write, or with `begin`, so that
 * until then the request can still be refused.
 */
export class SseSink implements Sink {
  private readonly raw: ServerResponse;
  private begun = false;
  private ended = false;
  /** Not handed over yet; a part of a text that all readers of it share. */
  private rest = '';

  constructor(private readonly reply: FastifyReply) {
    this.raw = reply.raw;
  }

  /** Ties both ends together: a client that goes away closes the follower. */
  attach(follower: Follower): void {
    this.raw.on('close', () => follower.close());
    this.raw.on('error', () => follower.close());
    this.raw.on('drain', () => {
      if (this.pump()) follower.drained();
    });
  }

  write(_entries: LogEntry[], frames: string): boolean {
    this.begin();
    if (frames.length <= PIECE) return this.raw.write(frames);
    this.rest = frames;
    return this.pump();
  }

  queued(position: number): boolean {
    if (this.begun) this.raw.write(queuedFrame(position));
    return this.begun;
  }

  comment(): void {
    this.write([], COMMENT_FRAME);
  }

  end(): void {
    this.ended = true;
    if (this.begun && this.rest === '') this.raw.end();
  }

  cut(): void {
    this.raw.destroy();
  }

  /** Sends the headers, where they have not gone out; any number of times. */
  begin(): void {
    if (this.begun) return;
    this.begun = true;
    this.reply.hijack();
    // What plugins have set so far (security, limits, request id) would be lost: a hijacked reply sends nothing by itself.
    const set = this.reply.getHeaders() as Record<string, string | number | string[]>;
    this.raw.writeHead(200, { ...set, ...SSE_HEADERS });
    this.raw.write(RETRY_FRAME);
    if (this.ended) this.raw.end();
  }

  /** Hands over piece by piece. False: the connection takes no more until it says so. */
  private pump(): boolean {
    let takes = true;
    while (takes && this.rest !== '') {
      const end = pieceEnd(this.rest);
      takes = this.raw.write(this.rest.slice(0, end));
      this.rest = this.rest.slice(end);
    }
    if (this.ended && this.rest === '') this.raw.end();
    return takes && this.rest === '';
  }
}

/** Not between the two halves of a character. */
function pieceEnd(text: string): number {
  const isHalf = (text.charCodeAt(PIECE - 1) & 0xfc00) === 0xd800;
  return isHalf ? PIECE - 1 : PIECE;
}
