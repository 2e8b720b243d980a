import { Injectable } from '@nestjs/common';
import { EventLog } from '../../../libs/event-log/index.js';
import type { Content } from '../log-entries.js';

/** Somebody may write between our look and our entry; more often than this, somebody else is at work. */
const TRIES = 5;

/** Closes the log of an answer that ended by another hand than its owner's: a stop, a sweep, a deletion. */
@Injectable()
export class LogCloser {
  constructor(private readonly log: EventLog) {}

  /**
   * Appends the closing entry behind the newest one, in its epoch. A log that is closed already, or gone, is left as it
   * is: readers of a missing log are answered from the message. True if the log is closed now.
   */
  async close(key: string, content: Content, retainMs: number): Promise<boolean> {
    for (let i = 0; i < TRIES; i++) {
      const found = await this.log.read(key, undefined, 1);
      if (!found) return false;
      if (found.ended) return true;
      const entry = { epoch: found.last.epoch, seq: found.last.seq + 1, ...content };
      const result = await this.log.append(key, [entry], { retainMs });
      if (result === 'missing' || retainMs === 0) return result === 'written';
    }
    return false;
  }
}
