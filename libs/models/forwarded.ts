/** What may be called of a provider without being read here, below its base address. */
export type ForwardPath = '/chat/completions' | '/embeddings' | '/responses' | '/messages' | '/messages/count_tokens';

/** A provider's answer as it came, whatever its status. */
export interface Forwarded {
  status: number;
  /**
   * By their names in small letters, without those of the connection and without cookies. Where the body was unpacked also
   * without those of its packing.
   */
  headers: Record<string, string | string[]>;
  /**
   * The bytes as they come, to be taken once. The provider waits for whoever takes them; leaving off closes its connection.
   * Throws ModelError where it breaks off or is silent for too long, and the signal's reason.
   */
  body: AsyncIterableIterator<Buffer, undefined>;
}

/** What was wrong with a forwarded answer: it was refused, it told a problem, or it had no end or no sense. */
export type ForwardFailure =
  | { status: number; headers: Forwarded['headers']; body: string }
  | { problem: { status?: number; kind: string; message: string } }
  | 'broke_off'
  | 'no_answer';
