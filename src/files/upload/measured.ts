import { createHash } from 'node:crypto';
import { AppError } from '../../../libs/errors/index.js';
import type { Bytes } from '../content/file-contents.js';

/** What must be known of a file's beginning, and of its end, to say what it is: archives list their entries there. */
const HEAD_BYTES = 256 * 1024;
const TAIL_BYTES = 512 * 1024;

/** Looks at bytes as they go by: how many, their hash, and what they begin with. */
export class Measured {
  size = 0;
  private readonly hash = createHash('sha256');
  private readonly heads: Uint8Array[] = [];
  private headSize = 0;
  private tails: Uint8Array[] = [];
  private tailSize = 0;

  /** Rejects with `file_too_large` where there are more than `most`. */
  constructor(
    private readonly bytes: Bytes,
    private readonly most: number,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.bytes) {
      this.size += chunk.length;
      if (this.size > this.most) throw tooLargeFile(this.most);
      this.hash.update(chunk);
      if (this.headSize < HEAD_BYTES) {
        this.heads.push(chunk);
        this.headSize += chunk.length;
      }
      this.keepTail(chunk);
      yield chunk;
    }
  }

  private keepTail(chunk: Uint8Array): void {
    this.tails.push(chunk);
    this.tailSize += chunk.length;
    while (this.tailSize - this.tails[0].length >= TAIL_BYTES) this.tailSize -= this.tails.shift()!.length;
  }

  /** Of all that went by, in hex. */
  sha256(): string {
    return this.hash.digest('hex');
  }

  /** The last 512 kB, or a little more; all of what is shorter. */
  tail(): Buffer {
    return Buffer.concat(this.tails);
  }

  /** The first 256 kB, or a little more. */
  head(): Buffer {
    return Buffer.concat(this.heads);
  }
}

export function tooLargeFile(maximum: number): AppError {
  return new AppError('file_too_large', 413, `A file may have at most ${maximum} bytes.`, { params: { maximum } });
}
