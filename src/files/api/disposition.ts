/** Pictures that were written anew hold nothing but pixels; whatever else somebody has uploaded is only to be saved. */
const SHOWN_INLINE = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);

/** `Content-Disposition` (RFC 6266), with the name as it is (RFC 8187) beside one of plain letters. */
export function dispositionOf(filename: string, mediaType: string, isWrittenAnew: boolean): string {
  const kind = isWrittenAnew && SHOWN_INLINE.has(mediaType) ? 'inline' : 'attachment';
  const plain = filename.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  if (plain === filename) return `${kind}; filename="${plain}"`;
  return `${kind}; filename="${plain}"; filename*=UTF-8''${percentEncoded(filename)}`;
}

function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
