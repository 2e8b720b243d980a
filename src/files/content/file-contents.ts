import type { Readable } from 'node:stream';
import type { Page, PageRequest } from '../../../libs/paging/index.js';

/**
 * What is kept of a content. `upload`: the bytes that came. `original`: a picture that was written anew; `thumb` and `model`:
 * smaller ones of it. `text`: what was read of a document.
 */
export const CONTENT_FORMS = ['upload', 'original', 'thumb', 'model', 'text'] as const;
export type ContentForm = (typeof CONTENT_FORMS)[number];

/** Where bytes are: by the hash of what came, and the id under which that is kept (`ContentRecord`). */
export interface ContentAddress {
  /** In hex. */
  sha256: string;
  contentId: string;
  form: ContentForm;
}

/** All forms of one content. */
export type WholeContent = Omit<ContentAddress, 'form'>;

/** From the first byte to the last one, both included, from 0 on. */
export interface ByteRange {
  first: number;
  last: number;
}

export interface OpenContent {
  /** Of the whole, whatever range was asked for. */
  size: number;
  /** May be destroyed at any time. It ends with an error where the bytes can't be read to their end. */
  bytes: Readable;
}

export type Bytes = AsyncIterable<Uint8Array>;

/** Bytes that are kept under an address. */
export type ListedContent = ContentAddress & { size: number };

/**
 * The bytes of files, under the address of their content. What stands under an address is whole and never changes: to put the
 * same again does no harm. Bytes go through as they come, and no content is held in memory but by the adapter that says so.
 *
 * Rejects with `dependency_down` where the backend does not answer or has no room, and then nothing is seen of what was
 * being written. What the given bytes reject with is passed on, with the same result.
 */
export abstract class FileContents {
  /**
   * Takes in bytes whose address is not known yet. Gives back under which name they lie aside, where nobody sees them until
   * `keep`.
   */
  abstract stage(bytes: Bytes): Promise<string>;

  /** Gives what lies aside its address, in one step; then it lies there and nowhere else. */
  abstract keep(staged: string, address: ContentAddress): Promise<void>;

  /** Drops what lies aside; any number of times. */
  abstract discard(staged: string): Promise<void>;

  /** The bytes, or the part of them that is in `range` (which must be within). Null: there are none. */
  abstract open(address: ContentAddress, range?: ByteRange): Promise<OpenContent | null>;

  /** In bytes. Null: there are none. */
  abstract size(address: ContentAddress): Promise<number | null>;

  /** Removes one form; any number of times. Whoever reads it may come to its end, or to an error. */
  abstract drop(address: ContentAddress): Promise<void>;

  /** All that is kept, in an order that stays. For copies and checks. */
  abstract list(page: PageRequest): Promise<Page<ListedContent>>;

  /** Drops what has been lying aside for so long, by the backend's clock: of processes that died. Gives back how many. */
  abstract clearStaged(olderThanMs: number): Promise<number>;

  /** Really asks the backend. */
  abstract ping(): Promise<void>;

  /** Any number of times. */
  abstract close(): Promise<void>;

  /** Puts bytes under their address. */
  async put(address: ContentAddress, bytes: Bytes): Promise<void> {
    const staged = await this.stage(bytes);
    try {
      await this.keep(staged, address);
    } catch (error) {
      await this.discard(staged).catch(() => undefined);
      throw error;
    }
  }

  /** Removes all forms; any number of times. */
  async remove(content: WholeContent): Promise<void> {
    for (const form of CONTENT_FORMS) await this.drop({ ...content, form });
  }
}
