import type { Writable } from 'node:stream';

/**
 * Bytes between the server and the process that reads, over a pipe: each frame is its length (4 bytes, big-endian) and so
 * many bytes.
 */
export function writeFrame(pipe: Writable, bytes: Buffer): void {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  pipe.write(length);
  pipe.write(bytes);
}

/** Makes frames of what comes. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private held = 0;

  constructor(private readonly longest: number) {}

  /** The frames that end in this chunk. Throws where one would be longer than `longest`. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const frames: Buffer[] = [];
    for (let frame = this.take(); frame; frame = this.take()) frames.push(frame);
    return frames;
  }

  private take(): Buffer | null {
    if (this.held < 4) return null;
    if (this.chunks[0].length < 4) this.chunks = [Buffer.concat(this.chunks)];
    const length = this.chunks[0].readUInt32BE();
    if (length > this.longest) throw new Error(`a frame of ${length} bytes`);
    if (this.held < 4 + length) return null;
    const all = this.chunks.length === 1 ? this.chunks[0] : Buffer.concat(this.chunks);
    this.chunks = all.length > 4 + length ? [all.subarray(4 + length)] : [];
    this.held -= 4 + length;
    return all.subarray(4, 4 + length);
  }
}
