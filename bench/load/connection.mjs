// One connection, kept open, one request at a time: HTTP/1.1 on a bare socket. The generator shares its cores with what
// it measures, so all sockets read into one buffer, and nothing is parsed that nobody looks at.
import { connect } from 'node:net';
import { ResponseReader } from './response-reader.mjs';

const buffer = Buffer.allocUnsafe(256 * 1024);

export class Connection {
  #socket;
  #reader;
  #call;

  constructor(url) {
    const { hostname, port } = new URL(url);
    this.address = { host: hostname, port: Number(port) };
  }

  /**
   * Resolves with `{ status, header, body }` at the end of the answer. `onBody` gets the text of a 200 piece by piece
   * (latin1) instead of `body`. Rejects where the connection can't be made or breaks off. What is sent is `json`, or the
   * bytes of `body`.
   */
  request({ method, path, headers = {}, json, body, contentType = 'application/json' }, onBody) {
    const sent = body ?? (json === undefined ? undefined : JSON.stringify(json));
    let head = `${method} ${path} HTTP/1.1\r\nhost: ${this.address.host}:${this.address.port}\r\n`;
    for (const name in headers) head += `${name}: ${headers[name]}\r\n`;
    if (sent !== undefined) head += `content-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(sent)}\r\n`;
    return new Promise((resolve, reject) => {
      this.#call = { resolve, reject, onBody, status: 0, header: undefined, body: '' };
      if (!this.#socket) this.#open();
      if (body === undefined) return void this.#socket.write(`${head}\r\n${sent ?? ''}`);
      this.#socket.write(`${head}\r\n`);
      this.#socket.write(body);
    });
  }

  /** Breaks off what is being read: the request rejects. */
  close() {
    this.#lost(new Error('closed by the reader'));
  }

  #open() {
    const onread = { buffer, callback: (length) => this.#feed(socket, length) };
    const socket = connect({ ...this.address, noDelay: true, onread });
    socket.on('error', (error) => this.#socket === socket && this.#lost(error));
    socket.on('close', () => {
      if (this.#socket !== socket || this.#reader.close()) return;
      this.#lost(new Error('cut'));
    });
    this.#socket = socket;
    this.#reader = new ResponseReader({
      head: ({ status, header }) => Object.assign(this.#call, { status, header }),
      body: (text) => {
        const call = this.#call;
        if (call?.onBody && call.status === 200) call.onBody(text);
        else if (call) call.body += text;
      },
      end: () => this.#ended(),
    });
  }

  #feed(socket, length) {
    if (this.#socket !== socket) return false;
    try {
      this.#reader.feed(buffer.latin1Slice(0, length));
    } catch (error) {
      this.#lost(error);
    }
    return true;
  }

  #ended() {
    const call = this.#call;
    if (!call) return;
    this.#call = undefined;
    if (call.header('connection') === 'close') this.#drop();
    call.resolve(call);
  }

  #lost(error) {
    const call = this.#call;
    this.#call = undefined;
    this.#drop();
    call?.reject(error);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

/** Text that came as latin1 and was UTF-8. */
export function decoded(text) {
  // eslint-disable-next-line no-control-regex
  return /[^\x00-\x7f]/.test(text) ? Buffer.from(text, 'latin1').toString() : text;
}
