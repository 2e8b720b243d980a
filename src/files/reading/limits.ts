/** The longest text of a document, in UTF-16 units. */
export const LONGEST_TEXT = 4_000_000;
/** The most that a file may have, in bytes: it is held in memory here and there. */
export const LARGEST_FILE = 100 * 1024 * 1024;
/** The most that may come of one, in bytes: a picture written anew. */
export const LARGEST_FORM = 64 * 1024 * 1024;
/** Forms of a picture: pixels of the long side, and bytes. */
export const THUMB = { side: 512, bytes: 256 * 1024 };
export const MODEL = { side: 1568, bytes: 1024 * 1024 };
