// The parser takes time that grows with the square of what it must look at, and an answer may be made to use that. People's
// texts stay far below these limits; what is above them is shown as it is.

const LONGEST_BLOCK = 20_000;
const LONGEST_LINE = 8_000;
const MOST_MARKS = 1_500;
const DEEPEST_INDENT = 40;

/** A line costs as much as so many marks: the rows of a table above all. */
const PER_LINE = 3;

/** What may mean something in Markdown: each costs a look. */
const MARKS = /[*_~`[\]<>|&@!$\\]|(?<!\S)(?:[-+]|\d{1,9}[.)])(?=\s)/g;

/** Whether to parse a block would hold up the page. */
export function isCostly(text: string): boolean {
  if (text.length > LONGEST_BLOCK) return true;
  const lines = text.split('\n');
  if (lines.some((line) => line.length > LONGEST_LINE)) return true;
  if (new RegExp(`^[ \\t]{${DEEPEST_INDENT},}`, 'm').test(text)) return true;
  let marks = lines.length * PER_LINE;
  for (const _mark of text.matchAll(MARKS)) if (++marks > MOST_MARKS) return true;
  return false;
}

/** A block that is nothing but fenced code, closed or not. There is nothing in it to be parsed, however long it is. */
export function asCode(block: string): { code: string; language: string | null } | null {
  const [, fence, info, rest] = /^(`{3,}|~{3,})[ \t]*([^\n`]*)(?:\n([\s\S]*))?$/.exec(block) ?? [];
  if (!fence) return null;
  const lines = (rest ?? '').trimEnd().split('\n');
  const closing = lines.findIndex((line) => {
    const text = line.trim();
    return text.length >= fence.length && text === fence[0].repeat(text.length);
  });
  if (closing >= 0 && closing < lines.length - 1) return null;
  const code = closing < 0 ? (rest ?? '').replace(/\n$/, '') : lines.slice(0, closing).join('\n');
  return { code, language: info.trim().split(/\s+/)[0] || null };
}
