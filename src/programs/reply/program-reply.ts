import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { HEARTBEAT } from '../../../libs/dialects/index.js';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
/** A comment comes within so much silence, ms. */
const SILENT_MS = 14_000;
/** A client that takes nothing for so long is let go, ms. */
const BLOCKED_MS = 60_000;

/**
 * A stream to a program. Its headers go out with the first bytes, so that until then the call can still be refused; or with
 * `begin`. Whoever writes waits for the client: nothing is kept for one that does not read.
 */
export class ProgramReply {
  /** The headers have gone out. */
  hasBegun = false;
  private readonly raw: ServerResponse;
  private writtenAt = 0;
  private blockedAt: number | undefined;

  constructor(private readonly reply: FastifyReply) {
    this.raw = reply.raw;
  }

  begin(): void {
    if (this.hasBegun || this.raw.destroyed) return;
    this.hasBegun = true;
    this.reply.hijack();
    const set = this.reply.getHeaders() as Record<string, string | number | string[]>;
    this.raw.writeHead(200, { ...set, ...HEADERS });
    this.raw.flushHeaders();
    this.writtenAt = performance.now();
  }

  /** Resolves when more may be written. */
  write(bytes: string | Buffer): Promise<void> | undefined {
    if (bytes.length === 0) return undefined;
    this.begin();
    this.writtenAt = performance.now();
    if (this.raw.destroyed || this.raw.write(bytes)) return undefined;
    return this.drained();
  }

  end(lastBytes: string | Buffer = ''): void {
    if (lastBytes.length > 0) this.raw.write(lastBytes);
    this.raw.end();
  }

  /** From time to time: a sign of life in silence, and the end of who takes nothing. */
  beat(): void {
    const now = performance.now();
    if (this.blockedAt !== undefined) {
      if (now - this.blockedAt >= BLOCKED_MS) this.raw.destroy();
    } else if (this.hasBegun && now - this.writtenAt >= SILENT_MS && !this.raw.writableEnded) {
      this.raw.write(HEARTBEAT);
      this.writtenAt = now;
    }
  }

  private drained(): Promise<void> {
    this.blockedAt = performance.now();
    return new Promise((resolve) => {
      const go = () => {
        this.blockedAt = undefined;
        this.raw.off('drain', go).off('close', go);
        resolve();
      };
      this.raw.on('drain', go).on('close', go);
    });
  }
}
