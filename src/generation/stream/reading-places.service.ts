import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { Pace, Turns } from '../../../libs/async/index.js';

/**
 * Streams that somebody may read at once in this process, beside those of the questions that they ask: each takes memory.
 * As many may be opening: all tabs of all devices come back at once after a restart.
 */
export const MOST_READ = 500;

function tooMany(): AppError {
  return new AppError('too_many_concurrent', 429, `You read ${MOST_READ} streams already.`, {
    retryAfterSeconds: 5,
    params: { of: 'streams', maximum: MOST_READ },
  });
}

/** What one person may read at once of answers that are there already: by resuming, or by repeating a question's key. */
@Injectable()
export class ReadingPlaces {
  private readonly reading = new Map<string, number>();
  /** One person's streams begin one after another: each is read from its beginning, which may be long. */
  private readonly openings = new Turns(MOST_READ, tooMany);

  /** Begins to read when it is their turn. The place is free again when the reply has ended. 429 `too_many_concurrent`. */
  async take(userId: string, reply: FastifyReply, begin?: () => Promise<void>): Promise<void> {
    await this.openings.take(userId, async () => {
      await new Pace().rest();
      if (reply.raw.destroyed) return;
      this.count(userId, reply);
      await begin?.();
    });
  }

  private count(userId: string, { raw }: FastifyReply): void {
    const others = this.reading.get(userId) ?? 0;
    if (others >= MOST_READ) throw tooMany();
    this.reading.set(userId, others + 1);
    raw.once('close', () => {
      const left = this.reading.get(userId)! - 1;
      if (left > 0) this.reading.set(userId, left);
      else this.reading.delete(userId);
    });
  }
}
