import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '../../../libs/errors/index.js';
import { Pace, Turns } from '../../../libs/pace/index.js';
import { decodeCursor, type PageRequest, toPage } from '../../../libs/paging/index.js';
import { Queue } from '../../../libs/queue/index.js';
import { type Message, Messages } from '../../chat/messages.js';
import { pageQuery } from '../../http/paging.js';
import { validationFailed } from '../../http/validation.pipe.js';
import { StopService } from '../end/stop.service.js';
import { isId } from '../ids.js';
import { AnswerResponse } from './answer-response.js';
import { messageUnknown } from './readers.js';
import { parsePosition } from './sse-frames.js';

/**
 * Streams that somebody may read at once in this process, beside those of their own questions: each takes memory. As many
 * may be opening: all tabs of all devices come back at once after a restart.
 */
export const MOST_READ = 500;

function tooMany(): AppError {
  return new AppError('too_many_concurrent', 429, `You read ${MOST_READ} streams already.`, {
    retryAfterSeconds: 5,
    params: { of: 'streams', maximum: MOST_READ },
  });
}

function badEventId(): AppError {
  const problem = { code: 'bad_format', params: { format: 'event_id' } } as const;
  return validationFailed([{ path: 'Last-Event-ID', message: 'must be <epoch>-<seq>', ...problem }]);
}

@Controller('api/streams')
export class StreamsController {
  private readonly reading = new Map<string, number>();
  /** One person's streams begin one after another: each is read from its beginning, which may be long. */
  private readonly openings = new Turns(MOST_READ, tooMany);

  constructor(
    private readonly messages: Messages,
    private readonly queue: Queue,
    private readonly answers: AnswerResponse,
    private readonly stops: StopService,
  ) {}

  /** The user's answers that are waiting or running, oldest first. */
  @Get()
  async list(@Req() request: FastifyRequest, @Query({ schema: z.strictObject(pageQuery) }) page: PageRequest) {
    const [after] = page.cursor ? decodeCursor(page.cursor, ['string']) : [''];
    const rows = (await this.messages.writingOfUser(request.auth!.userId)).filter(({ id }) => id > after);
    rows.sort((a, b) => (a.id < b.id ? -1 : 1));
    const { items: writing, nextCursor } = toPage(rows, page.limit, (last) => [last.id]);
    const positions = await this.queue.positions(writing.map(({ id }) => id));
    const items = writing.map((answer) => ({
      messageId: answer.id,
      conversationId: answer.conversationId,
      endpoint: answer.endpoint,
      model: answer.model,
      state: answer.owner === null ? 'waiting' : 'running',
      ...(positions.has(answer.id) && { position: positions.get(answer.id) }),
      startedAt: answer.createdAt.toISOString(),
    }));
    return { items, nextCursor };
  }

  /** The events of an answer after `Last-Event-ID`, and on. */
  @Get(':messageId')
  async read(
    @Param('messageId') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { userId, sessionId } = request.auth!;
    const header = request.headers['last-event-id'];
    const lastSeen = header === undefined ? undefined : parsePosition(String(header));
    if (lastSeen === null) throw badEventId();
    await this.openings.take(userId, async () => {
      await new Pace().rest();
      if (reply.raw.destroyed) return;
      const answer = await this.find(userId, id);
      this.count(userId, reply);
      await this.answers.stream(answer, reply, { sessionId, lastSeen });
    });
  }

  @Post(':messageId/stop')
  @HttpCode(200)
  async stop(@Param('messageId') id: string, @Req() request: FastifyRequest) {
    const answer = await this.find(request.auth!.userId, id);
    return { stopped: await this.stops.stop(answer) };
  }

  /** Until the connection has closed. 429 `too_many_concurrent`. */
  private count(userId: string, { raw }: FastifyReply): void {
    const others = this.reading.get(userId) ?? 0;
    if (others >= MOST_READ) throw tooMany();
    // A client that has gone already closes nothing any more.
    if (raw.destroyed) return;
    this.reading.set(userId, others + 1);
    raw.once('close', () => {
      const left = this.reading.get(userId)! - 1;
      if (left > 0) this.reading.set(userId, left);
      else this.reading.delete(userId);
    });
  }

  private async find(userId: string, id: string): Promise<Message> {
    const message = isId(id) ? await this.messages.find(userId, id) : null;
    if (message?.role !== 'assistant') throw messageUnknown();
    return message;
  }
}
