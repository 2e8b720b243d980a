// What is done to an answer's Markdown before it is parsed.

/** Deeper quotes and lists cost much and show nothing. */
const DEEPEST = 12;
const MARKERS = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){13,}/;
const MARKER = />|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])/g;

/** Cuts the quotes and lists that a line opens down to 12 levels. */
export function limitDepth(text: string): string {
  if (!text.includes('>>>') && !/(?:>[ \t]){13}|(?:[-*+][ \t]){13}|(?:\d[.)][ \t]){13}/.test(text)) return text;
  return text
    .split('\n')
    .map((line) =>
      line.replace(MARKERS, (markers) => {
        const kept = [...markers.matchAll(MARKER)].slice(0, DEEPEST);
        return `${kept.map(([marker]) => marker).join(' ')} `;
      }),
    )
    .join('\n');
}

/** Whether there may be maths in it. */
export function hasMath(text: string): boolean {
  return /\$\$|\\\(|\\\[|\$[^\s$][^$\n]*\$/.test(text);
}

/** Code, a formula that has its line for itself, escapes, and what may be the mark of a formula. */
const PIECES =
  /(`+)[\s\S]*?(?:\1(?!`)|$)|(?<![^\n])([ \t>]*)\$\$(?![ \t]*\$)([^$\n]+)\$\$[ \t]*(?![^\n])|\\[()[\]]|\\[\s\S]|\$\$|\$(?:(?=\S)([^$\n]*?\S)\$(?!\d))?/g;

/**
 * Models write formulas as `\(…\)` and `\[…\]` too; and a single dollar often is money. As in Pandoc, it begins a formula
 * only where no space follows, and ends one only after no space and before no digit. One with two dollars on a line of its
 * own is meant to stand alone; to the parser it would be a part of the text.
 */
export function prepareMath(text: string): string {
  return text.replace(PIECES, (piece: string, _code: string, before: string, alone: string, formula?: string) => {
    if (alone !== undefined) return `${before}$$\n${before}${alone.trim()}\n${before}$$`;
    if (piece === '\\(' || piece === '\\)') return '$';
    if (piece === '\\[' || piece === '\\]') return '\n$$\n';
    if (piece === '$') return '\\$';
    return formula === undefined || formula.trim() !== '' ? piece : '\\$\\$';
  });
}

/** Only what leads somewhere else, by a protocol that runs nothing. */
export function safeLink(href: string | undefined): string | undefined {
  if (!href) return undefined;
  try {
    const url = new URL(href);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}
