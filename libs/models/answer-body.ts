import { BoundedBody } from './bounded-body.js';
import { GarbledError } from './event-data.js';
import { MAX_EVENT_LENGTH, type OnSseEvent, SseParser, SseTooLongError } from './sse-parser.js';

const LF = 10;
const CURLY = 0x7b;
const SQUARE = 0x5b;
const ANGLE = 0x3c;
/** White space, and the bytes of a byte order mark. */
const BLANK = new Set([9, 10, 13, 32, 0xef, 0xbb, 0xbf]);

/**
 * The body of a good answer, read as what it is and not as its Content-Type calls it: an event stream; one JSON document,
 * from whom does not stream though asked to; lines of JSON. Throws SseTooLongError, GarbledError.
 */
export class AnswerBody {
  private readonly parser: SseParser;
  private document: BoundedBody | undefined;
  /** The document's first line was looked at: it is longer. */
  private hasSeenLine = false;
  private isStream = false;

  constructor(private readonly onEvent: OnSseEvent) {
    this.parser = new SseParser(onEvent);
  }

  /** The answer comes as one document: where all of it is here, it is whole. */
  get isDocument(): boolean {
    return this.document !== undefined;
  }

  feed(chunk: Buffer): void {
    if (this.isStream) this.parser.feed(chunk);
    else if (this.document) this.addToDocument(this.document, chunk);
    else this.begin(chunk);
  }

  end(): void {
    if (this.document) this.onEvent(this.document.toString(), 'line');
    else this.parser.end();
  }

  private begin(chunk: Buffer): void {
    const first = chunk.find((byte) => !BLANK.has(byte));
    if (first === CURLY || first === SQUARE) {
      this.document = new BoundedBody(MAX_EVENT_LENGTH);
      return this.addToDocument(this.document, chunk);
    }
    if (first === ANGLE) throw new GarbledError('<');
    this.isStream = first !== undefined;
    this.parser.feed(chunk);
  }

  private addToDocument(document: BoundedBody, chunk: Buffer): void {
    if (!document.add(chunk)) throw new SseTooLongError();
    if (this.hasSeenLine || !chunk.includes(LF)) return;
    const text = document.toString().trimStart();
    if (!text.includes('\n')) return;
    this.hasSeenLine = true;
    if (!isJson(text.slice(0, text.indexOf('\n')))) return;
    // One line is all of it: others follow, or it is all there is.
    this.document = undefined;
    this.isStream = true;
    this.parser.feed(Buffer.from(text));
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
