import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiError } from '../api/problem.js';
import { backoffMs, pause, seen } from './backoff.js';

/** The server sends something at least every 16 s. After this silence the connection is dead, whatever it looks like. */
const SILENCE_MS = 40_000;
const LOOK_MS = 5_000;
/**
 * A page that nobody looks at gives its connection back after a while: over HTTP/1.1 a browser has six of them for all its
 * tabs. When it is looked at again it resumes.
 */
const HIDDEN_MS = 30_000;

/** Refusals that pass: whoever reads on tries again. */
export function passes(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);
}

export interface AnswerSource {
  /** Connects. `lastEventId` is null at first, and for as long as no event has come. */
  open(lastEventId: string | null, signal: AbortSignal): Promise<Response>;
  /** Returns true after the last event. */
  onEvent(event: EventSourceMessage): boolean;
  /** The connection broke, or there was none; another follows. */
  onLost(): void;
  /** The server refuses. Nothing more is tried, unless it returns true. */
  onRefused(error: unknown): boolean;
}

/** Reads one answer to its end, over as many connections as it takes. */
export class AnswerReader {
  private readonly closing = new AbortController();
  private lastEventId: string | null = null;

  constructor(private readonly source: AnswerSource) {
    void this.run();
  }

  close(): void {
    this.closing.abort();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    for (let failures = 1; !signal.aborted; failures++) {
      let wait = 0;
      try {
        const before = this.lastEventId;
        if (await this.connect()) return;
        // What brought something was a good connection: the next one may come at once.
        if (this.lastEventId !== before) failures = 1;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof ApiError) {
          const goesOn = passes(error) && this.lastEventId !== null;
          if (!goesOn && !this.source.onRefused(error)) return;
          wait = (error.retryAfter ?? 0) * 1_000;
        }
      }
      if (signal.aborted) return;
      this.source.onLost();
      await pause(Math.max(wait, backoffMs(failures)), signal).catch(() => undefined);
      // A question that is not acknowledged yet is sent whether or not somebody looks.
      if (this.lastEventId !== null) await seen(signal).catch(() => undefined);
    }
  }

  /** One connection; true: the answer is at its end. */
  private async connect(): Promise<boolean> {
    const connection = new AbortController();
    const abort = () => connection.abort();
    this.closing.signal.addEventListener('abort', abort);
    let lastByte = Date.now();
    let lastSeen = Date.now();
    const look = () => {
      if (!document.hidden) lastSeen = Date.now();
      if (Date.now() - lastByte > SILENCE_MS || Date.now() - lastSeen > HIDDEN_MS) abort();
    };
    const timer = setInterval(look, LOOK_MS);
    document.addEventListener('visibilitychange', look);
    try {
      const response = await this.source.open(this.lastEventId, connection.signal);
      return await this.read(response, () => (lastByte = Date.now()));
    } finally {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
      this.closing.signal.removeEventListener('abort', abort);
      abort();
    }
  }

  private async read(response: Response, onBytes: () => void): Promise<boolean> {
    let isOver = false;
    const onEvent = (event: EventSourceMessage) => {
      if (isOver || this.closing.signal.aborted) return;
      if (event.id) this.lastEventId = event.id;
      isOver = this.source.onEvent(event);
    };
    const parser = createParser({ onEvent });
    const decoder = new TextDecoder();
    const reader = response.body!.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      onBytes();
      parser.feed(decoder.decode(value, { stream: true }));
      if (isOver) return true;
    }
  }
}
