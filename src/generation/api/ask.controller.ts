import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../libs/paging/index.js';
import { AnswerEvent, Final } from '../../contract/answer-events.js';
import { Accepted, askBody, type AskBody, type Endpoint, EndpointPage } from '../../contract/ask.js';
import { pageQuery } from '../../contract/page.js';
import { Answers, ReadsHeader } from '../../http/described.js';
import { Body, LargeBody, Query, Stream } from '../../http/route.js';
import { Limit } from '../../rate-limit/limit.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { AnswerResponse } from '../stream/answer-response.service.js';
import { ReadingPlaces } from '../stream/reading-places.service.js';
import { checkKey } from '../ask/check-ask.js';
import { AskService } from '../ask/ask.service.js';
import { AccountRecheck } from '../ask/account-recheck.service.js';

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
  @Answers(EndpointPage)
  async endpoints(@Query({ schema: pageQuery }) page: PageRequest): Promise<Page<Endpoint>> {
    const [after] = page.cursor ? decodeCursor(page.cursor, ['string']) : [];
    const all = this.catalog.all();
    const rest = all.slice(all.findIndex(({ name }) => name === after) + 1);
    const { items: models, nextCursor } = toPage(rest, page.limit, (last) => [last.name]);
    const items = await Promise.all(
      models.map(async (model) => ({
        name: model.name,
        label: model.label,
        models: ((await this.catalog.list(model)) ?? []).map(({ name }) => name),
        defaultModel: await this.catalog.defaultModel(model),
      })),
    );
    return { items, nextCursor };
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
    const { userId, sessionId } = request.auth!;
    const idempotencyKey = checkKey(request.headers['idempotency-key']);
    const { ref, isRepeat } = await this.asks.ask({ userId, endpoint, body, idempotencyKey }, reply);
    void this.accountRecheck.afterStored(request.auth!, ref);
    const options = { sessionId, fromMessage: true };
    if (wantsJson(request.headers.accept)) {
      if (isRepeat) await this.places.take(userId, reply);
      return this.answers.json(ref, reply, options);
    }
    const stream = () => this.answers.stream(ref, reply, options);
    return isRepeat ? this.places.take(userId, reply, stream) : stream();
  }
}

/** `Accept` (RFC 9110 §12.5.1) names JSON and not the event stream: such a client waits for the whole answer. */
function wantsJson(accept = ''): boolean {
  const ranges = accept
    .toLowerCase()
    .split(',')
    .filter((range) => !/;\s*q=0(\.0*)?\s*$/.test(range));
  const names = (type: string) => ranges.some((range) => range.split(';')[0].trim() === type);
  return names('application/json') && !names('text/event-stream');
}
