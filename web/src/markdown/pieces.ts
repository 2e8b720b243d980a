/** A long text in pieces, cut at a line's end where there is one; that line break is the cut itself. */
export function piecesOf(text: string, longest: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    if (text.length - at <= longest) {
      pieces.push(text.slice(at));
      break;
    }
    const newline = text.lastIndexOf('\n', at + longest);
    if (newline > at) {
      pieces.push(text.slice(at, newline));
      at = newline + 1;
      continue;
    }
    // Not in the middle of a surrogate pair.
    const isPair = /[\uD800-\uDBFF]/.test(text.charAt(at + longest - 1));
    const end = at + longest - (isPair ? 1 : 0);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}
