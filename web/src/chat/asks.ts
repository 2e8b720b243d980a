import { send } from '../api/client.js';
import { ApiError } from '../api/problem.js';
import { ofThisTab } from '../api/storage.js';
import type { FilePart } from '../api/types.js';
import { Store } from '../store.js';
import { AnswerReader } from '../streams/answer-reader.js';
import { Answer, type Answers, type AnswersOwner, type Created, openStream } from '../streams/answers.js';
import type { Effort } from './effort.js';
import { randomKey } from './ids.js';

export interface Question {
  conversationId: string | null;
  /** What it stands under; where another answer is asked for, the question. */
  parentId: string | null;
  /** Null: another answer under the same question. Empty: its files say it all. */
  text: string | null;
  files?: readonly FilePart[];
  endpoint: string;
  model?: string;
  instructions?: string;
  temperature?: number;
  reasoningEffort?: Effort;
}

/** A question that the server has not acknowledged yet. */
export interface PendingAsk {
  /** The Idempotency-Key: however often it is sent, it is asked once. */
  key: string;
  question: Question;
  status: 'sending' | 'offline' | 'refused';
  error: unknown;
  /** When it may be sent again, by this machine's clock. */
  retryAt: number | null;
  /** It is sent again by itself. */
  isAutomatic: boolean;
}

export interface AsksOwner extends AnswersOwner {
  created(ask: PendingAsk, created: Created): void;
}

/** Longer waits are for people to decide about. */
const MOST_AUTOMATIC_S = 60;

function bodyOf({ conversationId, parentId, text, files = [], ...how }: Question): unknown {
  const { model, instructions, temperature, reasoningEffort } = how;
  if (text === null) return { conversationId, answerTo: parentId, model, reasoningEffort };
  return {
    ...((text.trim() !== '' || files.length === 0) && { message: text }),
    ...(files.length > 0 && { files: files.map(({ fileId }) => fileId) }),
    ...(conversationId !== null && { conversationId, parentMessageId: parentId }),
    ...{ model, instructions, temperature, reasoningEffort },
  };
}

/** Sends questions, until each is acknowledged or taken back; over reloads of the page too. */
export class Asks {
  readonly store = new Store<readonly PendingAsk[]>([]);
  /** React's keys of messages that were shown before they had an id. */
  readonly keys = new Map<string, string>();
  private readonly stopped = new Set<string>();
  private readonly closers = new Map<string, () => void>();

  constructor(
    private readonly userId: string,
    private readonly answers: Answers,
    private readonly owner: AsksOwner,
  ) {}

  private get kept(): string {
    return `${this.userId}.asks`;
  }

  /** Goes on with what was being sent when the page was left. */
  resume(): void {
    let kept: unknown;
    try {
      kept = JSON.parse(ofThisTab.get(this.kept) ?? '[]');
    } catch {
      kept = [];
    }
    for (const { key, question } of kept as Pick<PendingAsk, 'key' | 'question'>[]) this.add(key, question);
  }

  ask(question: Question): void {
    this.add(randomKey(), question);
  }

  sendAgain(key: string): void {
    const ask = this.find(key);
    if (ask && ask.status !== 'sending') this.start(ask);
  }

  /** Stops it as soon as it is acknowledged. */
  stop(key: string): void {
    this.stopped.add(key);
  }

  /** Takes back what was not acknowledged. */
  drop(key: string): void {
    this.closers.get(key)?.();
    this.closers.delete(key);
    this.set(this.store.get().filter((ask) => ask.key !== key));
  }

  close(): void {
    for (const close of this.closers.values()) close();
    this.closers.clear();
    this.store.set([]);
  }

  private add(key: string, question: Question): void {
    if (this.find(key)) return;
    const ask: PendingAsk = { key, question, status: 'sending', error: null, retryAt: null, isAutomatic: false };
    this.set([...this.store.get(), ask]);
    this.start(ask);
  }

  private start({ key, question }: PendingAsk): void {
    this.closers.get(key)?.();
    this.change(key, { status: 'sending', error: null, retryAt: null, isAutomatic: false });
    const answer = new Answer();
    let messageId: string | null = null;
    const reader: AnswerReader = new AnswerReader({
      open: (lastEventId, signal) =>
        messageId !== null
          ? openStream(messageId, lastEventId, signal)
          : send('POST', `/api/ask/${encodeURIComponent(question.endpoint)}`, {
              body: bodyOf(question),
              headers: { Accept: 'text/event-stream', 'Idempotency-Key': key },
              signal,
            }),
      onEvent: (event) => {
        if (event.event === 'created' && messageId === null) {
          const created = JSON.parse(event.data) as Created;
          messageId = created.messageId;
          this.acknowledged(key, created, answer, reader);
        }
        const isOver = answer.take(event, this.owner);
        if (isOver && messageId !== null) this.answers.done(messageId);
        return isOver;
      },
      onLost: () => (messageId === null ? this.change(key, { status: 'offline' }) : answer.change({ isLost: true })),
      onRefused: (error) => {
        if (error instanceof ApiError && error.status === 0) return true;
        if (messageId === null) this.refused(key, error);
        else this.answers.lost(messageId, error);
        return false;
      },
    });
    this.closers.set(key, () => reader.close());
  }

  private acknowledged(key: string, created: Created, answer: Answer, reader: AnswerReader): void {
    const ask = this.find(key);
    if (!ask) return reader.close();
    this.keys.set(created.userMessageId, `${key}-question`);
    this.keys.set(created.messageId, `${key}-answer`);
    this.closers.delete(key);
    this.answers.adopt(created.messageId, created.conversationId, answer, reader);
    this.owner.created(ask, created);
    this.set(this.store.get().filter((other) => other.key !== key));
    if (this.stopped.delete(key)) void this.answers.stop(created.messageId).catch(() => undefined);
  }

  private refused(key: string, error: unknown): void {
    const { status = 0, retryAfter = null } = error instanceof ApiError ? error : {};
    const isAutomatic = (status === 429 || status === 503) && retryAfter !== null && retryAfter <= MOST_AUTOMATIC_S;
    const retryAt = retryAfter === null ? null : Date.now() + retryAfter * 1_000;
    this.change(key, { status: 'refused', error, retryAt, isAutomatic });
    this.closers.delete(key);
    if (!isAutomatic) return;
    const timer = setTimeout(() => this.sendAgain(key), retryAfter * 1_000 + 200);
    this.closers.set(key, () => clearTimeout(timer));
  }

  private find(key: string): PendingAsk | undefined {
    return this.store.get().find((ask) => ask.key === key);
  }

  private change(key: string, change: Partial<PendingAsk>): void {
    this.store.update((asks) => asks.map((ask) => (ask.key === key ? { ...ask, ...change } : ask)));
  }

  private set(asks: readonly PendingAsk[]): void {
    this.store.set(asks);
    const kept = asks.map(({ key, question }) => ({ key, question }));
    ofThisTab.set(this.kept, kept.length > 0 ? JSON.stringify(kept) : null);
  }
}
