import type { Readable } from 'node:stream';
import type { FileType, ImageType } from './file-types.js';

/** What is to be read. Its name is not told: nothing depends on it once `sniff` has said what it is. */
export interface FileToRead {
  /**
   * The original's bytes: the path of a file that stays until the reading has settled, or what opens a stream of them. That is
   * called when it is this file's turn. More than 100 MB are `too_big`.
   */
  content: string | (() => Readable | Promise<Readable>);
  /** As `sniff` says. */
  type: FileType;
  /** Whose it is: people take turns, however many files one of them has waiting. */
  userId: string;
}

/** A picture as it is written anew: upright, in sRGB, without EXIF or any other metadata. */
export interface ImageForm {
  mediaType: Exclude<ImageType, 'image/heic'>;
  bytes: Buffer;
  /** In pixels. */
  width: number;
  height: number;
}

export interface ReadImage {
  kind: 'image';
  forms: {
    /**
     * What is stored instead of the bytes that came, in the format in which they came; at most 64 MB.
     * HEIC, and WebP and GIF of more than 6 megapixels, become JPEG or PNG.
     */
    original: ImageForm;
    /** At most 512 pixels a side, and 256 kB. Of an animation the first frame, as in `model`. */
    thumb: ImageForm;
    /** For a model: PNG or JPEG of at most 1,568 pixels a side, and 1 MB. */
    model: ImageForm;
  };
}

export interface ReadDocument {
  kind: 'document';
  /** Well-formed, without U+0000; paragraphs are divided by blank lines. At least one character that can be seen. */
  text: string;
  /** Where the text was cut because it is longer than 4,000,000 UTF-16 units. */
  truncated: boolean;
  /** How many pages a PDF, slides a presentation, sheets a workbook has; left out for all others. */
  pages?: number;
  /**
   * Where each of them begins in the text, in UTF-16 units, never falling. Shorter than `pages` where the text was cut.
   * There where `pages` is.
   */
  pageStarts?: number[];
}

export type ReadFile = ReadImage | ReadDocument;

/**
 * The process that reads was killed, or crashed, while it had this file: the file may be the cause. Whoever called counts
 * that, and does not try for ever.
 */
export class ReaderKilled extends Error {
  constructor(
    /** What the file is then said to be: `file_unreadable` with this reason. */
    readonly reason: 'damaged' | 'too_big' | 'took_too_long',
    message: string,
  ) {
    super(message);
    this.name = 'ReaderKilled';
  }
}

/**
 * Makes of an upload what can be shown and what a model can be given. Foreign bytes are decoded elsewhere: what they do to a
 * decoder does not reach this process.
 *
 * One file at a time is read in an instance. Others wait: people in turns, the files of one person in the order in which
 * they came.
 */
export abstract class FileReader {
  /**
   * Rejects with
   * - `file_unreadable` (422) with `reason`: `damaged` also where it is not what its first bytes say, `too_big` unpacked,
   *   `too_many_pixels` with `maximum`, before they are decoded; `empty` without any text;
   * - `file_type_unsupported` (415) where it is of a kind that the library was built without, such as most HEIC;
   * - `ReaderKilled`: after 60 s, above 512 MB, or by a crash;
   * - `unavailable` (503) where the line is full, the process can't be started, or `close` was called: try again later.
   * Whatever fails while the content is fetched is passed on.
   */
  abstract read(file: FileToRead): Promise<ReadFile>;

  /** Nothing is read any more; what waits or runs is refused. Resolves when the process is gone; any number of times. */
  abstract close(): Promise<void>;
}
