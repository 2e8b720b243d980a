import type { Bytes } from '../file-contents.js';

/** The same bytes in pieces of exactly this length, but for the last one. */
export async function* chunked(bytes: Bytes, length: number): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (let piece of bytes) {
    while (size + piece.length >= length) {
      const rest = length - size;
      yield Buffer.concat([...held, piece.subarray(0, rest)]);
      piece = piece.subarray(rest);
      held = [];
      size = 0;
    }
    // A copy: whoever gave it may use its memory again.
    if (piece.length > 0) held.push(Uint8Array.from(piece));
    size += piece.length;
  }
  if (size > 0) yield Buffer.concat(held);
}
