import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerId } from '../../../libs/dialects/index.js';
import { Config } from '../../config/config.js';
import { type Offered, OfferedModels } from '../offered/offered-models.service.js';
import { LimitHeaders } from '../reply/limit-headers.js';
import type { Answering } from './answering.js';
import { Embedded, embeddingsModel } from './embedded.js';
import { passSettings } from './pass-settings.js';
import { headersOf, Passed } from './passed.js';
import { newCallId, ProgramCalls } from './program-calls.service.js';
import type { Head, Spoken } from './spoken.js';
import { Translated } from './translated.js';

/** Answers a program in its dialect, whatever the endpoint speaks. */
@Injectable()
export class Answers {
  constructor(
    private readonly offered: OfferedModels,
    private readonly calls: ProgramCalls,
    private readonly config: Config,
  ) {}

  async answer(spoken: Spoken, body: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const sink = new LimitHeaders(reply, spoken.dialect);
    await this.calls.count(request, reply, sink);
    const head = spoken.head(body);
    const offered = await this.offered.find(request.auth!.key!, head.model, 'chat');
    const id = newCallId();
    const answering = this.answering(spoken, body, head, offered, { call: id, request });
    const asked = { purpose: spoken.dialect, offered, stream: head.stream, answering, id };
    await this.calls.answer(asked, request, reply, sink);
  }

  /** Texts as vectors. */
  async embed(body: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const sink = new LimitHeaders(reply, 'chat');
    await this.calls.count(request, reply, sink);
    const offered = await this.offered.find(request.auth!.key!, embeddingsModel(body), 'embedding');
    const answering = new Embedded(body, offered);
    const asked = { purpose: 'embeddings' as const, offered, stream: false, answering, id: newCallId() };
    await this.calls.answer(asked, request, reply, sink);
  }

  private answering(
    spoken: Spoken,
    body: unknown,
    head: Head,
    offered: Offered,
    { call, request }: { call: string; request: FastifyRequest },
  ): Answering {
    const settings = passSettings(this.config, offered.model);
    if (offered.model.dialect !== spoken.upstream) {
      return new Translated(spoken, body, head, offered, { call, request: request.id }, settings.passFields);
    }
    const createdAt = Math.floor(Date.now() / 1000);
    const ofAnswer = { id: answerId(spoken.dialect, call), model: offered.id, createdAt };
    const writer = spoken.writer({ head: ofAnswer, asked: head, requestId: request.id, inputTokens: () => 0 });
    return new Passed(spoken, body, head, writer, offered, { ...settings, headers: headersOf(spoken, request) });
  }
}
