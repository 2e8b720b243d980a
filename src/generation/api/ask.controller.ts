import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Model, ModelInfo } from '../../../libs/models/index.js';
import { decodeCursor, type Page, toPage } from '../../../libs/paging/index.js';
import { AnswerEvent, Final } from '../../contract/answer-events.js';
import {
  Accepted,
  askBody,
  type AskBody,
  type DetailedEndpoint,
  DetailedEndpointPage,
  type Endpoint,
  EndpointPage,
  endpointsQuery,
  type EndpointsQuery,
} from '../../contract/ask.js';
import { Answers, ReadsHeader } from '../../http/described.js';
import { Body, LargeBody, Query, Stream } from '../../http/route.js';
import { Limit } from '../../rate-limit/limit.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { AnswerResponse } from '../stream/answer-response.service.js';
import { ReadingPlaces } from '../stream/reading-places.service.js';
import { checkKey } from '../ask/check-ask.js';
import { AskService } from '../ask/ask.service.js';
import { AccountRecheck } from '../ask/account-recheck.service.js';

type Offered = Omit<Endpoint, 'models'> & { models: ModelInfo[] };

@Controller('api')
export class AskController {
  constructor(
    private readonly asks: AskService,
    private readonly answers: AnswerResponse,
    private readonly catalog: ModelCatalog,
    private readonly places: ReadingPlaces,
    private readonly accountRecheck: AccountRecheck,
  ) {}

  /** What one may ask, and of whom. An endpoint whose provider does not tell its models has none listed. */
  @Get('endpoints')
  @Answers(z.union([EndpointPage, DetailedEndpointPage]))
  async endpoints(
    @Query({ schema: endpointsQuery }) query: EndpointsQuery,
  ): Promise<Page<Endpoint> | Page<DetailedEndpoint>> {
    const [after] = query.cursor ? decodeCursor(query.cursor, ['string']) : [];
    const all = this.catalog.all();
    const rest = all.slice(all.findIndex(({ name }) => name === after) + 1);
    const { items: models, nextCursor } = toPage(rest, query.limit, (last) => [last.name]);
    const named = await Promise.all(models.map((model) => this.endpoint(model)));
    if (query.details === 'true') return { items: named.map(detailed), nextCursor };
    return { items: named.map((one) => ({ ...one, models: one.models.map(({ name }) => name) })), nextCursor };
  }

  /** Asks, and answers with the stream of the answer, or waits for it where the client wants JSON. */
  @Post('ask/:endpoint')
  @HttpCode(200)
  @Stream()
  @LargeBody()
  @Limit('message-user')
  @ReadsHeader('Idempotency-Key', 'A repeat under the same key asks no model again, but reads the first answer.')
  @Answers(AnswerEvent, { type: 'text/event-stream', description: 'The answer, as it is written.' })
  @Answers(Final, { description: 'With `Accept: application/json`: the whole answer.' })
  @Answers(Accepted, { status: 202, description: 'It takes longer: `Location` names its stream.' })
  async ask(
    @Param('endpoint') endpoint: string,
    @Body({ schema: askBody }) body: AskBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { userId, sessionId, key: program } = request.auth!;
    const idempotencyKey = checkKey(request.headers['idempotency-key']);
    const { ref, isRepeat } = await this.asks.ask({ userId, program, endpoint, body, idempotencyKey }, reply);
    void this.accountRecheck.afterStored(request.auth!, ref);
    const options = { sessionId, fromMessage: true };
    if (wantsJson(request.headers.accept)) {
      if (isRepeat) await this.places.take(userId, reply);
      return this.answers.json(ref, reply, options);
    }
    const stream = () => this.answers.stream(ref, reply, options);
    return isRepeat ? this.places.take(userId, reply, stream) : stream();
  }

  private async endpoint(model: Model): Promise<Offered> {
    const { name, label } = model;
    const models = (await this.catalog.list(model)) ?? [];
    return { name, label, models, defaultModel: await this.catalog.defaultModel(model) };
  }
}

const detailed = (endpoint: Offered): DetailedEndpoint => ({
  ...endpoint,
  models: endpoint.models.map(({ input = ['text'], reasoning = false, ...model }) => ({
    ...model,
    input,
    reasoning,
    tools: false,
  })),
});

/** `Accept` (RFC 9110 §12.5.1) names JSON and not the event stream: such a client waits for the whole answer. */
function wantsJson(accept = ''): boolean {
  const ranges = accept
    .toLowerCase()
    .split(',')
    .filter((range) => !/;\s*q=0(\.0*)?\s*$/.test(range));
  const names = (type: string) => ranges.some((range) => range.split(';')[0].trim() === type);
  return names('application/json') && !names('text/event-stream');
}
