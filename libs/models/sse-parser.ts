import { GarbledError, mayHoldText } from './event-data.js';

/** Characters of an event, bytes of a line: an answer may have 4 million characters, each an escape of six, or hold pictures. */
export const MAX_EVENT_LENGTH = 32 * 1024 * 1024;

const LF = 10;
const CR = 13;
const SPACE = 32;

/** Called for each event; `event` is '' where the stream names none. What it throws comes out of `feed`. */
export type OnSseEvent = (data: string, event: string) => void;

export class SseTooLongError extends Error {
  constructor() {
    super('an event of the stream is too long');
    this.name = 'SseTooLongError';
  }
}

/**
 * Reads an event stream from bytes, as WHATWG says (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream),
 * with five differences, because servers are as they are:
 * - An event that the end of the stream cuts off from its empty line still counts: some close right after `data: [DONE]`.
 * - A line `error: …` (llama.cpp until 2025) is an event `error` of its own, one that begins with `{` an event `line`.
 * - A line that is no field is left out, as it should be, unless it looks like a garbled piece of an answer: GarbledError.
 * - Blanks before a field are none of it.
 * - `id` and `retry` are of no use to one who never reconnects.
 *
 * Bytes are decoded only up to a line's end, where no character can be cut in two: so a chunk of whole lines, the
 * ordinary case, becomes one string, without a decoder that keeps state. Throws SseTooLongError where a line or an
 * event is longer than `maxLength`.
 */
export class SseParser {
  /** The beginning of a line whose end has not come yet. */
  private rest: Buffer[] = [];
  private restLength = 0;
  private isStart = true;
  private data: string | undefined;
  private event = '';

  constructor(
    private readonly onEvent: OnSseEvent,
    private readonly maxLength = MAX_EVENT_LENGTH,
  ) {}

  feed(chunk: Buffer): void {
    const end = endOfLastLine(chunk);
    if (end === 0) return this.keep(chunk);
    let text: string;
    if (this.restLength === 0) {
      text = chunk.toString('utf8', 0, end);
    } else {
      text = Buffer.concat([...this.rest, chunk.subarray(0, end)]).toString('utf8');
      this.rest = [];
      this.restLength = 0;
    }
    if (end < chunk.length) this.keep(chunk.subarray(end));
    this.readLines(text);
  }

  /** The stream is over. */
  end(): void {
    this.feed(Buffer.from('\n\n'));
  }

  private keep(bytes: Buffer): void {
    this.restLength += bytes.length;
    if (this.restLength > this.maxLength) throw new SseTooLongError();
    // A copy, so that the whole chunk is not held for it.
    this.rest.push(Buffer.from(bytes));
  }

  private readLines(lines: string): void {
    let text = lines;
    if (this.isStart) {
      this.isStart = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
    for (let from = 0, to; (to = text.indexOf('\n', from)) >= 0; from = to + 1) {
      if (to === from) this.dispatch();
      else if (text.startsWith('data:', from)) this.addData(text.slice(afterColon(text, from + 4), to));
      else this.readField(text.slice(from, to));
    }
  }

  private readField(indented: string): void {
    const line = indented.replace(/^[ \t]+/, '');
    // A comment, whatever it says.
    if (line.startsWith(':')) return;
    if (line.startsWith('data:')) this.addData(line.slice(afterColon(line, 4)));
    else if (line.startsWith('error:')) this.onEvent(line.slice(afterColon(line, 5)), 'error');
    else if (line.startsWith('{')) this.onEvent(line, 'line');
    else if (line === 'data') this.addData('');
    // With quotes it is no name, but a line that lost its end, and data with it.
    else if (line.startsWith('event:') && !line.includes('"')) this.event = line.slice(afterColon(line, 5));
    else if (mayHoldText(line)) throw new GarbledError(line);
  }

  private addData(value: string): void {
    this.data = this.data === undefined ? value : `${this.data}\n${value}`;
    if (this.data.length > this.maxLength) throw new SseTooLongError();
  }

  private dispatch(): void {
    const { data, event } = this;
    this.data = undefined;
    this.event = '';
    if (data !== undefined) this.onEvent(data, event);
  }
}

/** One space after the colon belongs to the syntax. */
function afterColon(text: string, colon: number): number {
  return text.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
}

/** Where the last whole line ends. A carriage return in the last place may be half of CRLF: its line is not whole yet. */
function endOfLastLine(chunk: Buffer): number {
  if (chunk[chunk.length - 1] === LF) return chunk.length;
  return Math.max(chunk.lastIndexOf(LF), chunk.subarray(0, -1).lastIndexOf(CR)) + 1;
}
