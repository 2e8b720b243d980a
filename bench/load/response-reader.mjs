// Reads HTTP/1.1 responses from text (latin1): heads, bodies by length, in chunks, or up to the end.
const HEAD = 0;
const SIZE = 1;
const DATA = 2;
const AFTER_DATA = 3;
const LAST = 4;
const TO_THE_END = 5;

export class ResponseReader {
  #state = HEAD;
  #rest = '';
  #left = 0;
  #chunked = false;

  /** `on` has head({ status, header }), body(text) and end(). `header(name)` is a header's value or ''. */
  constructor(on) {
    this.on = on;
  }

  feed(text) {
    const all = this.#rest === '' ? text : this.#rest + text;
    let at = 0;
    for (;;) {
      if (this.#state === HEAD) {
        const end = all.indexOf('\r\n\r\n', at);
        if (end < 0) break;
        this.#readHead(all.slice(at, end));
        at = end + 4;
      } else if (this.#state === SIZE) {
        const end = all.indexOf('\r\n', at);
        if (end < 0) break;
        this.#left = parseInt(all.slice(at, end), 16);
        if (Number.isNaN(this.#left)) throw new Error('broken chunk');
        this.#state = this.#left === 0 ? LAST : DATA;
        at = end + 2;
      } else if (this.#state === DATA) {
        const length = Math.min(this.#left, all.length - at);
        if (length === 0) break;
        this.#left -= length;
        if (this.#left === 0) this.#state = AFTER_DATA;
        this.on.body(all.slice(at, at + length));
        at += length;
        if (this.#left === 0 && !this.#chunked) this.#end();
      } else if (this.#state === AFTER_DATA || this.#state === LAST) {
        if (all.length - at < 2) break;
        if (all.charCodeAt(at) !== 13) throw new Error('broken chunk');
        at += 2;
        if (this.#state === LAST) this.#end();
        else this.#state = SIZE;
      } else {
        if (at < all.length) this.on.body(all.slice(at));
        at = all.length;
        break;
      }
    }
    this.#rest = all.slice(at);
  }

  /** The connection was closed. True where that is how this body ends. */
  close() {
    if (this.#state !== TO_THE_END) return false;
    this.#end();
    return true;
  }

  #readHead(head) {
    const header = (name) => {
      const at = head.toLowerCase().indexOf(`\r\n${name}:`);
      return at < 0
        ? ''
        : head
            .slice(at + name.length + 3)
            .split('\r\n', 1)[0]
            .trim();
    };
    const status = Number(head.slice(9, 12));
    this.#chunked = header('transfer-encoding') === 'chunked';
    const length = header('content-length');
    this.on.head({ status, header });
    if (this.#chunked) this.#state = SIZE;
    else if (status === 204 || status === 304 || length === '0') this.#end();
    else if (length === '') this.#state = TO_THE_END;
    else {
      this.#left = Number(length);
      this.#state = DATA;
    }
  }

  #end() {
    this.#state = HEAD;
    this.on.end();
  }
}
