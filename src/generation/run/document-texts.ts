import { addAbortSignal } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { FileForm } from '../../files/index.js';
import { ByteRoom } from './byte-room.js';

/** Bytes of memory for texts of documents that are being read and searched in this process; who comes later waits. */
const MOST_BYTES = 64 * 1024 * 1024;
/** For a byte of a text: two for each character, and as much for what is noted of its passages while it is searched. */
const COST = 4;

/**
 * The texts of documents, each held only while somebody works on it: 4 million characters are 8 MB on the heap, a question
 * may name ten of them, and many questions are answered at once. Room of its own, so that nobody waits here for the end of a
 * call of a model.
 */
export class DocumentTexts {
  private readonly room = new ByteRoom(MOST_BYTES);

  /**
   * Runs `work` once there is room for the text, which `read` fetches. What `work` gives back must not hold the text, nor a
   * slice of it: see `copied`. Rejects with the signal's reason.
   */
  async within<T>(form: FileForm, signal: AbortSignal, work: (read: () => Promise<string>) => Promise<T>): Promise<T> {
    const release = await this.room.take(form.size * COST, signal);
    try {
      return await work(async () => textOf(addAbortSignal(signal, (await form.open()).bytes)));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      release();
    }
  }

  /** The whole text. */
  whole(form: FileForm, signal: AbortSignal): Promise<string> {
    return this.within(form, signal, (read) => read());
  }
}

/** A string of its own: V8's slices keep alive what they were cut from. */
export const copied = (text: string): string => Buffer.from(text).toString();
