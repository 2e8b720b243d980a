import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerId } from '../../../libs/dialects/index.js';
import { Config } from '../../config/config.js';
import { type Offered, OfferedModels } from '../offered/offered-models.service.js';
import { LimitHeaders } from '../reply/limit-headers.js';
import type { Answering } from './answering.js';
import { Passed } from './passed.js';
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

  private answering(
    spoken: Spoken,
    body: unknown,
    head: Head,
    offered: Offered,
    { call, request }: { call: string; request: FastifyRequest },
  ): Answering {
    const { passFields, remoteMedia } = this.settingsOf(offered);
    if (offered.model.dialect !== spoken.upstream) {
      return new Translated(spoken, body, head, offered, { call, request: request.id }, passFields);
    }
    const answerHead = {
      id: answerId(spoken.dialect, call),
      model: offered.id,
      createdAt: Math.floor(Date.now() / 1000),
    };
    const writer = spoken.writer({ head: answerHead, asked: head, requestId: request.id, inputTokens: () => 0 });
    return new Passed(spoken, body, head, writer, offered, { passFields, remoteMedia, headers: request.headers });
  }

  private settingsOf({ model }: Offered): { passFields: string[]; remoteMedia: boolean } {
    const { passFields = [], remoteMedia = false } =
      this.config.endpoints.find(({ name }) => name === model.name) ?? {};
    return { passFields, remoteMedia };
  }
}
