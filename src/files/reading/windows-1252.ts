/** What stands at 0x80 to 0x9f; all else is as in Latin-1. Nothing stands where U+FFFD is. */
const PUNCTUATION = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';
/** Tab, line feed, form feed, carriage return. */
const WHITE = new Set([0x09, 0x0a, 0x0c, 0x0d]);
const UTF8_MARK = Buffer.from('\ufeff');
/** Letters beyond ASCII in a row: a word of another alphabet has more. */
const MOST_IN_A_ROW = 8;

/**
 * Decodes Windows-1252, of which Latin-1 is a part. By hand, because some releases of Node.js take its punctuation for
 * control characters.
 */
export function fromWindows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (byte) => PUNCTUATION[byte.charCodeAt(0) - 0x80]);
}

/**
 * Whether bytes that are no UTF-8 seem to be a text in Windows-1252: no control characters, nothing that the code does not
 * have, at most half of it beyond ASCII and never many letters of that in a row (they would be of another alphabet), and not
 * mostly whole characters of UTF-8, of which a few are broken.
 */
export function looksLikeWindows1252(bytes: Buffer): boolean {
  if (bytes.subarray(0, 3).equals(UTF8_MARK)) return false;
  let [visible, high, inRow, whole, stray, end] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (!stands(byte)) return false;
    if (byte > 0x20) visible++;
    inRow = byte >= 0xc0 ? inRow + 1 : 0;
    if (inRow > MOST_IN_A_ROW) return false;
    if (byte < 0x80) continue;
    high++;
    if (i < end) continue;
    const length = utf8Length(bytes, i);
    if (length > 1) whole++;
    else stray++;
    end = i + length;
  }
  return high * 2 <= visible && whole <= stray;
}

function stands(byte: number): boolean {
  if (byte < 0x20) return WHITE.has(byte);
  if (byte === 0x7f) return false;
  return byte < 0x80 || byte > 0x9f || PUNCTUATION[byte - 0x80] !== '\ufffd';
}

/** How long the character in UTF-8 is that begins there; 1 where none does. */
function utf8Length(bytes: Buffer, at: number): number {
  const first = bytes[at];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  for (let i = at + 1; i < at + length; i++) if (i >= bytes.length || (bytes[i] & 0xc0) !== 0x80) return 1;
  return length;
}
