/** Bytes that can be read at any place. */
export interface RandomBytes {
  size: number;
  /** Fewer where the file ends. */
  read(start: number, length: number): Promise<Buffer>;
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
/** The record at the end, and the longest comment behind it. */
const LONGEST_END = 22 + 65_535;
/** More than the directory of a large document has. */
const LONGEST_DIRECTORY = 4_000_000;

/**
 * The names of a ZIP file's entries, by the directory at its end (APPNOTE 4.3.12, 4.3.16), not by what lies before: that is
 * what programs open. Empty where there is none, or where it is longer than a document's ever is.
 */
export async function zipNames(file: RandomBytes): Promise<string[]> {
  const end = await file.read(Math.max(0, file.size - LONGEST_END), LONGEST_END);
  const at = lastEnd(end);
  if (at < 0) return [];
  const length = end.readUInt32LE(at + 12);
  const start = end.readUInt32LE(at + 16);
  if (length > LONGEST_DIRECTORY || start + length > file.size) return [];
  return namesIn(await file.read(start, length));
}

function lastEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= 0; at--) if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  return -1;
}

function namesIn(directory: Buffer): string[] {
  const names: string[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === DIRECTORY_ENTRY;) {
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    names.push(directory.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
