const LARGEST_MESSAGE = 48_000_100;
const HEADER = 16;

/** Cuts what a socket delivers into whole messages: each begins with its own length. */
export class Framer {
  private parts: Buffer[] = [];
  private size = 0;

  constructor(private readonly onMessage: (message: Buffer) => void) {}

  /** Throws where the stream can't be one of messages. */
  push(chunk: Buffer): void {
    this.parts.push(chunk);
    this.size += chunk.length;
    while (this.size >= 4) {
      const length = this.joined().readInt32LE(0);
      if (length < HEADER || length > LARGEST_MESSAGE) throw new Error(`a message of ${length} bytes`);
      if (this.size < length) return;
      this.onMessage(this.take(length));
    }
  }

  private take(length: number): Buffer {
    const all = this.joined();
    this.size -= length;
    this.parts = this.size ? [all.subarray(length)] : [];
    return all.subarray(0, length);
  }

  private joined(): Buffer {
    if (this.parts.length > 1 && this.parts[0].length < HEADER) this.parts = [Buffer.concat(this.parts)];
    if (this.parts.length > 1 && this.size >= this.parts[0].readInt32LE(0)) this.parts = [Buffer.concat(this.parts)];
    return this.parts[0];
  }
}
