export interface SseEvent {
  event: string;
  data: string;
  /** The last id that the stream named, with this event or before it. */
  id: string;
}

/**
 * Reads an event stream from text, as WHATWG says: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * An event that the end of the stream cuts off is dropped: resuming brings it again.
 */
export class SseParser {
  /** Milliseconds that the server wants between two connections. */
  retryMs: number | null = null;
  private rest = '';
  private isStart = true;
  private endedWithCr = false;
  private data: string[] = [];
  private event = '';
  private id = '';

  constructor(private readonly onEvent: (event: SseEvent) => void) {}

  feed(chunk: string): void {
    let text = chunk;
    if (text === '') return;
    if (this.isStart) {
      this.isStart = false;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    // The second half of a CRLF whose first half ended a line already.
    if (this.endedWithCr && text.startsWith('\n')) text = text.slice(1);
    this.endedWithCr = chunk.endsWith('\r');
    const lines = (this.rest + text).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.read(line);
  }

  private read(line: string): void {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line.charAt(colon + 1) === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  private dispatch(): void {
    const { data, event, id } = this;
    this.data = [];
    this.event = '';
    if (data.length > 0) this.onEvent({ event: event || 'message', data: data.join('\n'), id });
  }
}
