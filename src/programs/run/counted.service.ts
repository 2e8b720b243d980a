import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseCounted, rewriteMessages, withoutRemote } from '../../../libs/dialects/index.js';
import { estimateBody } from './estimate.js';
import { Config } from '../../config/config.js';
import { type Offered, OfferedModels } from '../offered/offered-models.service.js';
import { LimitHeaders } from '../reply/limit-headers.js';
import { ProgramMetrics } from '../program-metrics.service.js';
import { passSettings } from './pass-settings.js';
import { ProgramCalls } from './program-calls.service.js';
import { bytesOf, objectOf, refusalOf } from './refused.js';
import { MESSAGES } from './spoken.js';
import { headersOf } from './passed.js';

const MOST_BYTES = 64 * 1024;
const PATIENCE_MS = 30_000;
/** A provider that has no such call. */
const UNKNOWN_CALL = new Set([404, 405, 501]);

/** How many tokens a message would be: no model is asked, nothing waits and nothing is paid. */
@Injectable()
export class Counted {
  constructor(
    private readonly offered: OfferedModels,
    private readonly calls: ProgramCalls,
    private readonly metrics: ProgramMetrics,
    private readonly config: Config,
  ) {}

  async count(body: unknown, request: FastifyRequest, reply: FastifyReply): Promise<object> {
    await this.calls.count(request, reply, new LimitHeaders(reply, 'messages'));
    const offered = await this.offered.find(request.auth!.key!, MESSAGES.head(body).model, 'chat');
    try {
      const told = offered.model.dialect === 'anthropic' ? await this.told(body, offered, request, reply) : undefined;
      const counted = told ?? this.estimated(body, offered);
      this.metrics.ended('count_tokens', 'complete');
      return counted;
    } catch (error) {
      this.metrics.ended('count_tokens', 'refused');
      throw error;
    }
  }

  /** By the provider; undefined: it has no such call. */
  private async told(
    body: unknown,
    { model, name }: Offered,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<object | undefined> {
    const rewritten = rewriteMessages(body, { model: name, ...passSettings(this.config, model) });
    const gone = new AbortController();
    const leave = () => gone.abort();
    reply.raw.once('close', leave);
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(PATIENCE_MS)]);
    try {
      const answer = await model.forward('/messages/count_tokens', rewritten, signal, headersOf(MESSAGES, request));
      if (UNKNOWN_CALL.has(answer.status)) {
        await answer.body.return?.();
        return undefined;
      }
      if (answer.status !== 200) throw await refusalOf(model, name, answer);
      const document = objectOf((await bytesOf(answer.body, MOST_BYTES))?.toString() ?? '');
      if (!document) throw model.forwardError('no_answer', name);
      return document;
    } finally {
      reply.raw.off('close', leave);
    }
  }

  private estimated(body: unknown, { model }: Offered): object {
    const { request } = parseCounted(body, { ...passSettings(this.config, model), upstream: model.dialect });
    withoutRemote(request);
    const { messages, system, tools } = body as Record<string, unknown>;
    return { input_tokens: estimateBody({ messages, system, tools }) };
  }
}
