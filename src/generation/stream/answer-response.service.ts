import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { Tracing } from '../../../libs/tracing/index.js';
import type { MessageError, MessageRef } from '../../chat/store/index.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { EndSink } from './end-sink.js';
import type { Follower } from './follower.js';
import { type ReadOptions, Readers } from './readers.service.js';
import { SseSink } from './sse-sink.js';

/** Proxies cut a request after 60 s. */
const JSON_WAIT_MS = 50_000;

/** Sends a generation to a client: as an event stream, or its end as JSON. */
@Injectable()
export class AnswerResponse {
  /** Event streams that are being sent. */
  streams = 0;

  constructor(
    private readonly readers: Readers,
    private readonly metrics: GenerationMetrics,
    private readonly tracing: Tracing,
  ) {
    metrics.gaugeStreams(() => this.streams);
  }

  /** Resolves when the stream has begun. Errors as `Readers.open`, before anything was sent. */
  async stream(ref: MessageRef, reply: FastifyReply, options: ReadOptions): Promise<void> {
    const span = this.tracing.join(ref.id, 'read answer', { kind: 'server', attributes: readAttributes(options) });
    // It comes also where the stream can't begin, but not to a client that has gone already.
    if (reply.raw.destroyed) span.end();
    else reply.raw.once('close', () => span.end());
    const sink = new SseSink(reply);
    const follower = await this.readers.open(ref, sink, options);
    // There may be nothing to write yet, or nothing any more.
    sink.begin();
    if (!options.fromMessage) this.leaveIfBegun(follower);
    if (options.lastSeen) this.metrics.resumed();
    // A client that has gone already closes nothing any more.
    if (reply.raw.destroyed) return;
    this.streams++;
    reply.raw.once('close', () => this.streams--);
  }

  /**
   * Waits for the end, at most 50 s: 200 with `final`'s data, or rejects with 502 and `error`'s. After that, in a drain, or
   * where the session ends: 202 and where the stream is.
   */
  async json(ref: MessageRef, reply: FastifyReply, options: ReadOptions): Promise<void> {
    const sink = new EndSink();
    const follower = await this.readers.open(ref, sink, options);
    this.leaveIfBegun(follower);
    const leave = () => follower.close();
    const timer = setTimeout(leave, JSON_WAIT_MS);
    reply.raw.on('close', leave);
    const last = await sink.ended;
    clearTimeout(timer);
    reply.raw.off('close', leave);
    if (reply.raw.destroyed) return;
    if (!last) {
      void reply.status(202).header('location', `/api/streams/${ref.id}`).send({ messageId: ref.id });
    } else if (last.event === 'final') {
      void reply.status(200).type('application/json; charset=utf-8').send(last.data);
    } else {
      const { code, title, retryable, params, message } = JSON.parse(last.data) as MessageError & { message: unknown };
      throw new AppError(code, 502, title, { params, members: { messageId: ref.id, retryable, message } });
    }
  }

  /**
   * Who comes when all readers have left, on a connection that is still open, reads what there is and goes on elsewhere.
   * Else all would be back at once, and stay until the connections are cut, with whatever is just asked on them.
   */
  private leaveIfBegun(follower: Follower): void {
    if (this.readers.left && follower.position) follower.close();
  }
}

function readAttributes({ lastSeen }: ReadOptions) {
  return { 'parley.resumed_after': lastSeen && `${lastSeen.epoch}-${lastSeen.seq}` };
}
