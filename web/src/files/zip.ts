/** One file of an archive. */
export interface ZipEntry {
  /** With `/` between folders. */
  name: string;
  bytes: Uint8Array;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Numbers of 2 and 4 bytes, the least first. */
function little(...fields: [size: 2 | 4, value: number][]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return bytes;
}

/** As MS-DOS counts: two seconds at a time. */
function dosTime(at: Date): [time: number, date: number] {
  return [
    (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1),
    (Math.max(0, at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate(),
  ];
}

const VERSION = 20;
/** Names are UTF-8. */
const UTF_8 = 0x0800;

/**
 * A ZIP archive (APPNOTE 6.3.3) of these files as they are: pictures and documents are compressed already. Less than 4 GB in
 * all, and 65,535 files.
 */
export function zip(entries: readonly ZipEntry[], now = new Date()): Blob {
  const [time, date] = dosTime(now);
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  const sizeOf = (all: Uint8Array[]) => all.reduce((sum, { length }) => sum + length, 0);
  let offset = 0;
  for (const { name, bytes } of entries) {
    const named = new TextEncoder().encode(name);
    const { length } = bytes;
    const common: [2 | 4, number][] = [
      ...([
        [2, VERSION],
        [2, UTF_8],
        [2, 0],
        [2, time],
        [2, date],
      ] as [2, number][]),
      ...([
        [4, crc32(bytes)],
        [4, length],
        [4, length],
        [2, named.length],
        [2, 0],
      ] as [2 | 4, number][]),
    ];
    const local = [little([4, 0x04034b50], ...common), named, bytes];
    directory.push(
      little([4, 0x02014b50], [2, VERSION], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      named,
    );
    pieces.push(...local);
    offset += sizeOf(local);
  }
  const { length } = entries;
  const end = little(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, length],
    [2, length],
    [4, sizeOf(directory)],
    [4, offset],
    [2, 0],
  );
  return new Blob([...pieces, ...directory, end] as BlobPart[], { type: 'application/zip' });
}
