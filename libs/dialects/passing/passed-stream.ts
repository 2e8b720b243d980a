import type { FinishReason, ModelUsage } from '../../models/index.js';
import { type Problem, readProblem } from '../../models/provider-problem.js';

/** What was found in an answer that is handed on as it is. */
export interface Heard {
  usage?: ModelUsage;
  finishReason?: FinishReason;
  /** As the provider calls it. */
  model?: string;
  /** It failed. In the provider's words: not to be handed on. */
  problem?: Problem;
  /** The provider said that the answer is whole. */
  isComplete: boolean;
}

/** Of a dialect: which events say something, and what. */
export interface PassedReader {
  /** Whether any of these events, as they are written, may be worth a look. */
  readonly interest: RegExp;
  /** True where the event is not for the program. `event`: '' where it has no name. */
  read(data: object, event: string, heard: Heard): boolean;
}

/** An event may hold a picture. */
const MAX_EVENT = 32 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const LF = 10;
/** Line ends are one byte or two: so long is a boundary between events at most. */
const BOUNDARIES = ['\n\n', '\r\n\r\n', '\r\r'].map((text) => Buffer.from(text));
const LONGEST = 4;

/**
 * Hands a provider's event stream on in whole events, however its bytes are cut, and finds in it what it used, why it
 * ended and whether it failed. Only events that say such a thing are read. One that tells an error, and whatever follows
 * it, is not handed on.
 */
export class PassedStream {
  readonly heard: Heard = { isComplete: false };
  /** The beginning of an event whose end has not come yet. */
  private held: Buffer[] = [];
  private heldLength = 0;

  constructor(private readonly reader: PassedReader) {}

  /** What is to be handed on now, maybe nothing. */
  feed(chunk: Buffer): Buffer {
    if (this.heard.problem) return NOTHING;
    const end = this.endOfLastEvent(chunk);
    if (end === 0) return this.hold(chunk);
    const whole =
      this.heldLength === 0 ? chunk.subarray(0, end) : Buffer.concat([...this.held, chunk.subarray(0, end)]);
    this.held = [];
    this.heldLength = 0;
    if (end < chunk.length) this.hold(chunk.subarray(end));
    return this.look(whole);
  }

  /** The stream is over: an event that lacks only its empty line counts, and gets one. Half an event is none. */
  end(): Buffer {
    if (this.heard.problem || this.heldLength === 0) return NOTHING;
    const rest = Buffer.concat([...this.held, Buffer.from('\n\n')]);
    this.held = [];
    this.heldLength = 0;
    const { data } = fieldsOf(rest.toString());
    return data.startsWith('[DONE]') || parsed(data) ? this.look(rest) : NOTHING;
  }

  private hold(bytes: Buffer): Buffer {
    this.heldLength += bytes.length;
    if (this.heldLength > MAX_EVENT) this.heard.problem = { kind: 'too_long', message: '' };
    // A copy, so that the whole chunk is not held for it.
    else this.held.push(Buffer.from(bytes));
    return NOTHING;
  }

  /** In the chunk: where the last event ends; 0 where none does. A boundary may be cut in two. */
  private endOfLastEvent(chunk: Buffer): number {
    // The ordinary case: whole events.
    if (chunk.length > 1 && chunk.at(-1) === LF && chunk.at(-2) === LF) return chunk.length;
    const before = this.heldLength === 0 ? NOTHING : tailOf(this.held);
    const bytes = before.length === 0 ? chunk : Buffer.concat([before, chunk]);
    const ends = BOUNDARIES.map((boundary) => {
      const at = bytes.lastIndexOf(boundary);
      return at < 0 ? 0 : at + boundary.length;
    });
    return Math.max(0, Math.max(...ends) - before.length);
  }

  private look(bytes: Buffer): Buffer {
    if (!this.reader.interest.test(bytes.toString('latin1'))) return bytes;
    const kept: Buffer[] = [];
    let isAll = true;
    for (const event of eventsOf(bytes)) {
      const isKept = !this.isWithheld(event);
      if (this.heard.problem) return Buffer.concat(kept);
      if (isKept) kept.push(event);
      isAll &&= isKept;
    }
    return isAll ? bytes : Buffer.concat(kept);
  }

  private isWithheld(bytes: Buffer): boolean {
    const { event, data } = fieldsOf(bytes.toString());
    if (data.startsWith('[DONE]')) this.heard.isComplete = true;
    const value = parsed(data);
    return value ? this.reader.read(value, event, this.heard) : event === 'error' && this.fails(data);
  }

  private fails(data: string): true {
    this.heard.problem = readProblem({ error: data }) ?? { kind: '', message: data };
    return true;
  }
}

/** The same of an answer that comes as one document. */
export function hear(reader: PassedReader, body: object): Heard {
  const heard: Heard = { isComplete: false };
  reader.read(body, '', heard);
  return heard;
}

/** The last bytes of those that are held. */
function tailOf(held: Buffer[]): Buffer {
  const last = held[held.length - 1];
  if (last.length >= LONGEST || held.length === 1) return last.subarray(-LONGEST + 1);
  return Buffer.concat(held.slice(-LONGEST)).subarray(-LONGEST + 1);
}

function eventsOf(bytes: Buffer): Buffer[] {
  const events: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const ends = BOUNDARIES.map((boundary) => [bytes.indexOf(boundary, from), boundary.length] as const);
    const found = ends.filter(([at]) => at >= 0).map(([at, length]) => at + length);
    const to = found.length > 0 ? Math.min(...found) : bytes.length;
    events.push(bytes.subarray(from, to));
    from = to;
  }
  return events;
}

function fieldsOf(text: string): { event: string; data: string } {
  let event = '';
  const data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
    else if (line.startsWith('event:')) event = line.slice(6).trim();
  }
  return { event, data: data.join('\n') };
}

function parsed(data: string): object | undefined {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
