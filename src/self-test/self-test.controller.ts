import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../config/config.js';
import { version } from '../config/version.js';
import { type Seen, SelfTestEvent } from '../contract/operations.js';
import { SSE_HEADERS } from '../generation/stream/sse-sink.js';
import { Answers } from '../http/described.js';
import { Public, Stream } from '../http/route.js';
import { refusalByStatus } from '../http/problem.js';
import { trustProxy } from '../http/trust-proxy.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { isSelfTest } from './self-test-token.js';

const BEATS = 6;
const PAUSE_MS = 150;

/**
 * For `npm run doctor -- --url`: a stream that begins with how the request arrived, and then says something now and then.
 * It stands among the streams, so that a proxy treats it as one; and it knows no answer and asks no model. Who does not
 * know JWT_SECRET finds nothing here.
 */
@Controller('api/streams/self-test')
@Public()
export class SelfTestController {
  constructor(
    private readonly config: Config,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Get()
  @Stream()
  @Answers(SelfTestEvent, { type: 'text/event-stream' })
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!isSelfTest(this.config, request.headers.authorization)) throw refusalByStatus(404);
    const { raw } = reply;
    reply.hijack();
    raw.on('error', () => {});
    raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...SSE_HEADERS });
    raw.write(`event: seen\ndata: ${JSON.stringify(this.seen(request))}\n\n`);
    const from = performance.now();
    for (let n = 0; n < BEATS && !raw.destroyed; n++) {
      if (n > 0) await sleep(PAUSE_MS);
      raw.write(`event: beat\ndata: {"atMs":${Math.round(performance.now() - from)}}\n\n`);
    }
    raw.end();
  }

  private seen(request: FastifyRequest): Seen {
    const peer = request.socket.remoteAddress ?? '';
    const forwarded = request.headers['x-forwarded-for'];
    return {
      address: request.ip,
      peer,
      believed: trustProxy(this.config.TRUST_PROXY)(peer, 0),
      forwardedFor: forwarded === undefined ? null : String(forwarded),
      protocol: request.protocol,
      host: request.host,
      instance: this.lifecycle.instance,
      version: version(),
    };
  }
}
