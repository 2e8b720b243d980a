/** The first bytes of a body, up to `maxBytes`, kept as they come. */
export class BoundedBody {
  private readonly chunks: Buffer[] = [];
  private length = 0;

  constructor(private readonly maxBytes: number) {}

  /** False once no more is taken. */
  add(chunk: Buffer): boolean {
    // A copy, so that the whole chunk is not held for a part of it.
    const part = Buffer.from(chunk.subarray(0, this.maxBytes - this.length));
    this.chunks.push(part);
    this.length += part.length;
    return this.length < this.maxBytes;
  }

  toString(): string {
    return Buffer.concat(this.chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  }
}

/** The text of a stream's first bytes; the rest is not read. */
export async function readBounded(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const body = new BoundedBody(maxBytes);
  for await (const chunk of stream) if (!body.add(chunk)) break;
  return body.toString();
}
