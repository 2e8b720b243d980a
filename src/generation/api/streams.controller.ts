import { Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../../../libs/errors/index.js';
import { decodeCursor, type Page, type PageRequest, toPage } from '../../../libs/paging/index.js';
import { Queue } from '../../queue/index.js';
import { type Message, Messages } from '../../chat/store/index.js';
import { AnswerEvent } from '../../contract/answer-events.js';
import { type RunningAnswer, RunningAnswerPage, StopAnswer } from '../../contract/ask.js';
import { pageQuery } from '../../contract/page.js';
import { Answers, ReadsHeader } from '../../http/described.js';
import { Query, Stream } from '../../http/route.js';
import { validationFailed } from '../../http/validation.pipe.js';
import { StopService } from '../control/stop.service.js';
import { isId } from '../../../libs/ids/index.js';
import { AnswerResponse } from '../stream/answer-response.service.js';
import { messageUnknown } from '../stream/readers.service.js';
import { ReadingPlaces } from '../stream/reading-places.service.js';
import { parsePosition } from '../stream/sse-frames.js';

function badEventId(): AppError {
  const problem = { code: 'bad_format', params: { format: 'event_id' } } as const;
  return validationFailed([{ path: 'Last-Event-ID', message: 'must be <epoch>-<seq>', ...problem }]);
}

@Controller('api/streams')
export class StreamsController {
  constructor(
    private readonly messages: Messages,
    private readonly queue: Queue,
    private readonly answers: AnswerResponse,
    private readonly places: ReadingPlaces,
    private readonly stops: StopService,
  ) {}

  /** The user's answers that are waiting or running, oldest first. */
  @Get()
  @Answers(RunningAnswerPage)
  async list(
    @Req() request: FastifyRequest,
    @Query({ schema: pageQuery }) page: PageRequest,
  ): Promise<Page<RunningAnswer>> {
    const [after] = page.cursor ? decodeCursor(page.cursor, ['string']) : [''];
    const rows = (await this.messages.writingOfUser(request.auth!.userId)).filter(({ id }) => id > after);
    rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    const { items: writing, nextCursor } = toPage(rows, page.limit, (last) => [last.id]);
    const positions = await this.queue.positions(writing.map(({ id }) => id));
    const items = writing.map((answer): RunningAnswer => ({
      messageId: answer.id,
      conversationId: answer.conversationId,
      // Only a question has none.
      endpoint: answer.endpoint!,
      model: answer.model!,
      state: answer.owner === null ? 'waiting' : 'running',
      ...(positions.has(answer.id) && { position: positions.get(answer.id) }),
      startedAt: answer.createdAt.toISOString(),
    }));
    return { items, nextCursor };
  }

  /** The events of an answer after `Last-Event-ID`, and on. */
  @Get(':messageId')
  @Stream()
  @ReadsHeader('Last-Event-ID', '<epoch>-<seq> of the last event that was read: those after it follow.')
  @Answers(AnswerEvent, { type: 'text/event-stream', description: 'Its events so far, and on.' })
  async read(
    @Param('messageId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { userId, sessionId } = request.auth!;
    const header = request.headers['last-event-id'];
    const lastSeen = header === undefined ? undefined : parsePosition(String(header));
    if (lastSeen === null) throw badEventId();
    await this.places.take(userId, reply, async () => {
      const answer = await this.find(userId, id);
      await this.answers.stream(answer, reply, { sessionId, lastSeen });
    });
  }

  @Post(':messageId/stop')
  @HttpCode(200)
  @Answers(StopAnswer)
  async stop(@Param('messageId') id: string, @Req() request: FastifyRequest) {
    const answer = await this.find(request.auth!.userId, id);
    return { stopped: await this.stops.stop(answer) };
  }

  private async find(userId: string, id: string): Promise<Message> {
    const message = isId(id) ? await this.messages.find(userId, id) : null;
    if (message?.role !== 'assistant') throw messageUnknown();
    return message;
  }
}
