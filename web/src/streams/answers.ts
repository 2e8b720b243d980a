import type { EventSourceMessage } from 'eventsource-parser';
import { call, send } from '../api/client.js';
import { isCode } from '../api/problem.js';
import type { AnswerEventData } from '../../../src/contract/answer-events.js';
import { serverNow } from '../api/clock.js';
import type { Conversation, Failure, Message, Part } from '../api/types.js';
import { Store } from '../store.js';
import { AnswerReader, passes } from './answer-reader.js';
import { isThinking, withMore, withPart } from './parts.js';

/** An answer while it is being written, and what there is to say of it. */
export interface LiveAnswer {
  /** All of its text. */
  text: string;
  parts: readonly Part[];
  /** Since when it has been thinking, by this machine's clock; null: it is not. */
  thinkingSince: number | null;
  /** Place in the queue; null: it is not waiting there. */
  position: number | null;
  isLost: boolean;
  /** When the next attempt begins, by this machine's clock. */
  retryAt: number | null;
  /** Why there is one. */
  retryReason: string | null;
  /** Why it started over; null also where nothing that was seen was lost by that. */
  reset: string | null;
  /** Since when nothing has come of it, by this machine's clock; null: it waits for something else than the model. */
  quietSince: number | null;
  /** Why it failed. */
  error: Failure | null;
  isStopping: boolean;
  isOver: boolean;
}

export const BEGINNING: LiveAnswer = {
  text: '',
  parts: [],
  thinkingSince: null,
  position: null,
  isLost: false,
  retryAt: null,
  retryReason: null,
  reset: null,
  quietSince: null,
  error: null,
  isStopping: false,
  isOver: false,
};

/** What the events of a stream say. A server of the version before says less of a message, and may leave one out. */
type Data = Omit<AnswerEventData, 'final' | 'error'> & {
  final: { message: Message; conversation?: Conversation | null };
  error: Failure & { message: Message | null };
};
export type Created = Data['created'];

export interface AnswersOwner {
  /** An answer has ended: the message is the truth. */
  ended(message: Message, conversation?: Conversation): void;
  /** There is no stream any more, so whatever became of it stands in the conversation. */
  missed(conversationId: string): void;
}

/** The model is at it. */
const GOES_ON = { position: null, retryAt: null, isLost: false } as const;

/** Nothing has come of it so far. */
const EMPTY = { text: '', parts: [], thinkingSince: null } as const;

/** One answer's state. Events come in bursts; the page hears of them once a frame. */
export class Answer {
  readonly store = new Store<LiveAnswer>(BEGINNING);
  /** When it was asked for, by this machine's clock, where that was before it was watched. */
  askedAt: number | null = null;
  private next: LiveAnswer = BEGINNING;
  private frame = 0;

  change(change: Partial<LiveAnswer>): void {
    this.next = { ...this.next, ...change };
    // A page that nobody sees gets no frames; it is told when it is seen again.
    this.frame ||= requestAnimationFrame(this.flush);
  }

  /** What the events mean. True after the last one. */
  take({ event, data }: EventSourceMessage, owner: AnswersOwner): boolean {
    const parsed = JSON.parse(data) as Data[keyof Data];
    const is = <K extends keyof Data>(name: K, _value: unknown): _value is Data[K] => event === name;
    const now = Date.now();
    if (is('created', parsed)) this.change({ ...EMPTY, isLost: false, error: null, quietSince: now });
    else if (is('queued', parsed)) this.change({ position: parsed.position, isLost: false, quietSince: null });
    else if (is('delta', parsed)) {
      const { text, parts } = this.next;
      this.grow({ text: text + parsed.text, parts: withMore(parts, 'text', parsed.text) });
    } else if (is('reasoning', parsed)) this.grow({ parts: withMore(this.next.parts, 'reasoning', parsed.text) });
    else if (is('part', parsed)) this.grow({ parts: withPart(this.next.parts, parsed) });
    else if (is('retry', parsed)) {
      const { afterMs, reason } = parsed;
      this.change({ retryAt: now + afterMs, retryReason: reason, isLost: false, quietSince: null });
    } else if (is('reset', parsed)) {
      // Where only the log was lost, all of it follows again.
      const isFelt = this.next.parts.length > 0 && parsed.reason !== 'log_lost';
      this.change({ ...EMPTY, reset: isFelt ? parsed.reason : this.next.reset, ...GOES_ON, quietSince: now });
    } else if (is('final', parsed)) return this.end(owner, parsed.message, parsed.conversation ?? undefined);
    else if (is('error', parsed)) {
      const { code, retryable, params, message } = parsed;
      return this.end(owner, message, undefined, { code, retryable, params });
    }
    return false;
  }

  /** More of it has come. While it thinks that is told by how long it has done so, even where nothing is seen of it. */
  private grow(change: Pick<LiveAnswer, 'parts'> & Partial<LiveAnswer>): void {
    const now = Date.now();
    const began = this.next.parts.length === 0 ? (this.askedAt ?? now) : now;
    const thinkingSince = isThinking(change.parts) ? (this.next.thinkingSince ?? began) : null;
    this.change({ ...change, ...GOES_ON, thinkingSince, quietSince: thinkingSince === null ? now : null });
  }

  private end(
    owner: AnswersOwner,
    message: Message | null,
    conversation?: Conversation,
    error: LiveAnswer['error'] = null,
  ): true {
    this.change({ error, isOver: true, ...GOES_ON, thinkingSince: null, quietSince: null, isStopping: false });
    this.flush();
    if (message) owner.ended(message, conversation);
    return true;
  }

  private readonly flush = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.store.set(this.next);
  };
}

/** The answers that this page has watched. */
export class Answers {
  private readonly answers = new Map<string, Answer>();
  private readonly readers = new Map<string, AnswerReader>();
  private readonly conversations = new Map<string, string>();

  constructor(private readonly owner: AnswersOwner) {}

  /** The state of an answer that is being written, whether or not its stream has been opened yet. */
  of(messageId: string): Answer {
    let answer = this.answers.get(messageId);
    if (!answer) this.answers.set(messageId, (answer = new Answer()));
    return answer;
  }

  /** What is left to be said of an answer that was watched here. */
  watched(messageId: string): Answer | undefined {
    return this.answers.get(messageId);
  }

  /** An answer whose events come from the call that asked for it. */
  adopt(messageId: string, conversationId: string, answer: Answer, reader: AnswerReader): void {
    this.readers.get(messageId)?.close();
    this.answers.set(messageId, answer);
    this.readers.set(messageId, reader);
    this.conversations.set(messageId, conversationId);
  }

  done(messageId: string): void {
    this.readers.delete(messageId);
  }

  /** There is no stream (any more). */
  lost(messageId: string, error: unknown): void {
    this.readers.delete(messageId);
    this.answers.get(messageId)?.change({ isOver: true });
    this.answers.delete(messageId);
    const conversationId = this.conversations.get(messageId);
    if (conversationId && isCode(error, 'stream_expired', 'message_unknown')) this.owner.missed(conversationId);
  }

  /** Reads an answer from its beginning and on, unless somebody does already. */
  follow({ id, conversationId, text, parts = [], createdAt }: Message): void {
    const answer = this.of(id);
    if (this.readers.has(id) || answer.store.get().isOver) return;
    if (answer.store.get().parts.length === 0) answer.change({ text, parts });
    answer.askedAt ??= Date.parse(createdAt) - serverNow() + Date.now();
    const reader = new AnswerReader({
      open: (lastEventId, signal) => openStream(id, lastEventId, signal),
      onEvent: (event) => {
        const isOver = answer.take(event, this.owner);
        if (isOver) this.done(id);
        return isOver;
      },
      onLost: () => answer.change({ isLost: true }),
      onRefused: (error) => {
        if (passes(error)) return true;
        this.lost(id, error);
        return false;
      },
    });
    this.conversations.set(id, conversationId);
    this.readers.set(id, reader);
  }

  /** Nobody looks at it any more: its connection is needed elsewhere. It is written on all the same. */
  leave(messageId: string): void {
    this.readers.get(messageId)?.close();
    this.readers.delete(messageId);
    if (!this.answers.get(messageId)?.store.get().isOver) this.answers.delete(messageId);
  }

  async stop(messageId: string): Promise<void> {
    const answer = this.answers.get(messageId);
    answer?.change({ isStopping: true });
    await call('POST', `/api/streams/${messageId}/stop`).finally(() => answer?.change({ isStopping: false }));
  }

  /** Told by another way than the stream that an answer has ended. An older server says only in the stream why one failed. */
  finished({ id, status, error }: Message): void {
    if (status === 'interrupted' && !error) return;
    this.readers.get(id)?.close();
    this.readers.delete(id);
    this.answers.get(id)?.change({ isOver: true, ...GOES_ON, quietSince: null });
  }

  close(): void {
    for (const reader of this.readers.values()) reader.close();
    this.readers.clear();
    this.answers.clear();
  }
}

export function openStream(messageId: string, lastEventId: string | null, signal: AbortSignal): Promise<Response> {
  const headers = { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) };
  return send('GET', `/api/streams/${messageId}`, { headers, signal });
}
