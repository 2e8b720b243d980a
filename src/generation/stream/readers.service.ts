import { Injectable } from '@nestjs/common';
import { EventLog, type LogPosition } from '../../../libs/event-log/index.js';
import { AppError } from '../../../libs/errors/index.js';
import { type Message, type MessageRef, Messages } from '../../chat/store/index.js';
import { Settlement } from '../answer/settlement.service.js';
import { closingContent, createdEntry, logKey } from '../answer/log-entries.js';
import { EndSink } from './end-sink.js';
import { Follower, type Sink } from './follower.js';
import { LogSubscriptions } from './log-subscriptions.service.js';

export interface ReadOptions {
  /** Closed with this session. */
  sessionId?: string;
  /** Resumes after it. */
  lastSeen?: LogPosition;
  /** An ended answer whose log is gone: answer it from the message, instead of refusing. */
  fromMessage?: boolean;
}

export function messageUnknown(): AppError {
  return new AppError('message_unknown', 404, 'There is no such message.');
}

/** Everybody in this process who reads a generation. */
@Injectable()
export class Readers {
  private readonly followers = new Set<Follower>();
  private readonly opening = new Set<Follower>();
  /** All were told to leave: the process is about to go. */
  left = false;

  constructor(
    private readonly log: EventLog,
    private readonly subscriptions: LogSubscriptions,
    private readonly messages: Messages,
    private readonly settlement: Settlement,
  ) {}

  all(): Follower[] {
    return [...this.followers];
  }

  /**
   * Lets a sink read a generation; resolves when it has caught up and hears what comes. Errors, before anything is
   * written: `stream_expired` (404) where the answer has ended and its log is gone, `message_unknown` (404).
   */
  async open(ref: MessageRef, sink: Sink, options: ReadOptions = {}): Promise<Follower> {
    const follower = new Follower(logKey(ref), ref, options.sessionId, this.log, sink, (closed) => this.forget(closed));
    this.followers.add(follower);
    this.opening.add(follower);
    try {
      await this.subscriptions.join(follower);
      const found = await follower.start(options.lastSeen);
      if (!found) await this.withoutLog(follower, options.fromMessage === true);
    } catch (error) {
      follower.close();
      throw error;
    } finally {
      this.opening.delete(follower);
    }
    return follower;
  }

  /**
   * Waits for the end of a generation, at most so long. Gives back its message as it then stands, ended or not; null
   * where it is gone.
   */
  async waitForEnd(ref: MessageRef, timeoutMs: number): Promise<Message | null> {
    const sink = new EndSink();
    const follower = await this.open(ref, sink, { fromMessage: true });
    const timer = setTimeout(() => follower.close(), timeoutMs);
    await sink.ended;
    clearTimeout(timer);
    return this.messages.getWriting(ref);
  }

  /** Ends the reading of one session. */
  closeSession(sessionId: string): void {
    for (const follower of this.all()) if (follower.sessionId === sessionId) follower.close();
  }

  /**
   * Ends the reading of all, who may read on elsewhere. Not of those who just begin: without the first event, which names
   * the message, they could not.
   */
  leave(): void {
    this.left = true;
    for (const follower of this.all()) if (!this.opening.has(follower)) follower.close();
  }

  /** There is no log (any more): the message tells what to do. */
  async withoutLog(follower: Follower, fromMessage: boolean): Promise<void> {
    const message = await this.messages.getWriting(follower.ref);
    if (!message) throw messageUnknown();
    if (message.status === 'generating') {
      if (message.heldFor === null) return follower.comment();
      await this.settlement.reopen(message);
      return follower.catchUp();
    }
    if (!fromMessage) {
      throw new AppError(
        'stream_expired',
        404,
        'The answer has ended, and its events are no longer kept. Read the message.',
      );
    }
    const conversation = await this.settlement.conversationOf(message);
    const created = createdEntry(message);
    const epoch = Math.max(1, message.epoch, follower.position?.epoch ?? 1);
    const seq = follower.position?.epoch === epoch ? follower.position.seq + 1 : 1;
    const closing = { epoch, seq, ...closingContent(message, conversation) };
    follower.finishFromRow(follower.position ? [closing] : [created, closing]);
  }

  private forget(follower: Follower): void {
    this.followers.delete(follower);
    this.subscriptions.leave(follower);
  }
}
