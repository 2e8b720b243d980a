import type { RedisClient, RedisScript } from '../../redis/index.js';
import {
  type AppendResult,
  comparePositions,
  EventLog,
  type LogEntry,
  type LogListener,
  type LogPosition,
  type LogSlice,
} from '../event-log.js';
import { END_SEQ, HEADS, RESULTS, SEAL, WRITE } from './event-log.scripts.js';

const WHAT = 'event log';
const END = `-${END_SEQ}`;

/** As Redis gives one back: its id, and one field, named by the event. */
type StreamEntry = [id: string, fields: [event: string, data: string]];

/**
 * Each log is one stream, its entries' ids are its positions (https://redis.io/docs/latest/develop/data-types/streams/).
 * An append is one call of one script. Its notice, on the channel of the stream's name, carries the entries: who listens
 * reads the stream only for what came before.
 */
export class RedisEventLog extends EventLog {
  private readonly stops = new Set<() => void>();
  /** The notice that was read last: listeners of one log share the reading of it. */
  private notice = { text: '', entries: [] as LogEntry[] };
  private readonly write: RedisScript<number>;
  private readonly sealing: RedisScript<number>;
  private readonly first: RedisScript<[StreamEntry, StreamEntry] | null>;

  constructor(private readonly redis: RedisClient) {
    super();
    this.write = redis.script(WRITE);
    this.sealing = redis.script(SEAL);
    this.first = redis.script(HEADS);
    // Opened now, so that it stands when the first reader comes.
    void redis.subscriber;
  }

  async open(key: string, entries: LogEntry[]): Promise<AppendResult> {
    return this.put(key, entries, 'open');
  }

  async append(key: string, entries: LogEntry[], end?: { retainMs: number }): Promise<AppendResult> {
    return this.put(key, entries, end ? Math.ceil(end.retainMs) : 'append');
  }

  async seal(key: string, content: Pick<LogEntry, 'event' | 'data'>, retainMs: number): Promise<boolean> {
    requireOneLine(content);
    const { event, data } = content;
    const args = [this.streamOf(key), event, data, Math.ceil(retainMs)] as const;
    return (await this.redis.run(WHAT, () => this.sealing.run(...args))) === 1;
  }

  async read(key: string, after: LogPosition | undefined, limit: number): Promise<LogSlice | null> {
    const stream = this.streamOf(key);
    const start = after ? `${after.epoch}-${after.seq + 1}` : '-';
    const { commands } = this.redis;
    // In this order, on one connection: what the second finds is at least as new as the first's end.
    const [tops, found] = (await this.redis.run(WHAT, () =>
      Promise.all([
        commands.xrevrange(stream, '+', '-', 'COUNT', 2),
        limit > 0 ? commands.xrange(stream, start, '+', 'COUNT', limit) : [],
      ]),
    )) as [StreamEntry[], StreamEntry[]];
    const entries = found.filter((entry) => !isEnd(entry)).map(toEntry);
    const top = tops.find((entry) => !isEnd(entry));
    // The second command may have found more than the first.
    const last = [...entries.slice(-1), ...(top ? [positionOf(top[0])] : [])].sort(comparePositions).pop();
    if (!last) return null;
    const ended = tops.some(isEnd) || found.some(isEnd);
    return { entries, last: { epoch: last.epoch, seq: last.seq }, ended };
  }

  async heads(key: string): Promise<{ created: LogEntry; epoch: LogEntry } | null> {
    const heads = await this.redis.run(WHAT, () => this.first.run(this.streamOf(key)));
    return heads && { created: toEntry(heads[0]), epoch: toEntry(heads[1]) };
  }

  async subscribe(key: string, listener: LogListener): Promise<() => void> {
    const { stop, active } = this.redis.subscriber.add(this.streamOf(key), {
      message: (text) => listener.entries(this.entriesIn(text)),
      interrupted: () => listener.interrupted(),
    });
    const end = () => {
      this.stops.delete(end);
      stop();
    };
    this.stops.add(end);
    try {
      await active;
    } catch (error) {
      end();
      throw this.redis.failure(WHAT, error);
    }
    return end;
  }

  async delete(key: string): Promise<void> {
    await this.redis.run(WHAT, () => this.redis.commands.del(this.streamOf(key)));
  }

  async close(): Promise<void> {
    for (const stop of this.stops) stop();
  }

  /** The name of the stream, and of the channel of its notices. */
  private streamOf(key: string): string {
    return this.redis.key('log', key);
  }

  private async put(key: string, entries: LogEntry[], mode: 'open' | 'append' | number): Promise<AppendResult> {
    const args: Array<string | number> = [this.streamOf(key), mode];
    let before: LogEntry | undefined;
    for (const entry of entries) {
      if (before) requireFollows(before, entry);
      requireOneLine(entry);
      args.push(entry.epoch, entry.seq, entry.event, entry.data);
      before = entry;
    }
    return RESULTS[await this.redis.run(WHAT, () => this.write.run(...args))];
  }

  private entriesIn(text: string): LogEntry[] {
    if (this.notice.text !== text) this.notice = { text, entries: parseNotice(text) };
    return this.notice.entries;
  }
}

/** Id, event and data of each entry, a line each. */
function parseNotice(text: string): LogEntry[] {
  const lines = text.split('\n');
  const entries: LogEntry[] = [];
  for (let i = 0; i < lines.length; i += 3) entries.push(toEntry([lines[i], [lines[i + 1], lines[i + 2]]]));
  return entries;
}

function toEntry([id, [event, data]]: StreamEntry): LogEntry {
  return { ...positionOf(id), event, data };
}

function positionOf(id: string): LogPosition {
  const dash = id.indexOf('-');
  return { epoch: Number(id.slice(0, dash)), seq: Number(id.slice(dash + 1)) };
}

function isEnd([id]: StreamEntry): boolean {
  return id.endsWith(END);
}

function requireFollows(before: LogPosition, entry: LogPosition): void {
  const { epoch, seq } = entry;
  if (epoch === before.epoch ? seq === before.seq + 1 : epoch > before.epoch && seq === 0) return;
  throw new Error(`${epoch}-${seq} after ${before.epoch}-${before.seq} would leave a hole in the log`);
}

/** Lines divide a notice. JSON has none by itself. */
function requireOneLine({ event, data }: Pick<LogEntry, 'event' | 'data'>): void {
  if (event.includes('\n') || data.includes('\n')) throw new Error('An entry of a log must be one line');
}
