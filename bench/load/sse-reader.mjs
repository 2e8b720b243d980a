// Reads an event stream from text (latin1), as far as Parley writes one: lines end in \n, one line of data an event.
// Not eventsource-parser: that does not tell whether a stream was cut within an event, which the benchmark has to know.
import { decoded } from './connection.mjs';

export class SseReader {
  #rest = '';

  /** Calls `onEvent({ id, event, data })` for each event, `onComment()` for each comment. */
  constructor(onEvent, onComment = () => undefined) {
    this.onEvent = onEvent;
    this.onComment = onComment;
  }

  feed(text) {
    const all = this.#rest === '' ? text : this.#rest + text;
    let at = 0;
    for (let end; (end = all.indexOf('\n\n', at)) >= 0; at = end + 2) this.#block(all.slice(at, end));
    this.#rest = all.slice(at);
  }

  /** Whether the stream was cut within an event. */
  get isWithin() {
    return this.#rest !== '';
  }

  #block(block) {
    if (block.startsWith(':')) return this.onComment();
    let id = '';
    let event = '';
    let data;
    for (const line of block.split('\n')) {
      if (line.startsWith('data: ')) data = decoded(line.slice(6));
      else if (line.startsWith('id: ')) id = line.slice(4);
      else if (line.startsWith('event: ')) event = line.slice(7);
    }
    if (data !== undefined) this.onEvent({ id, event, data });
  }
}
