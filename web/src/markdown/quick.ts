/** What is so short is parsed at once, in the page: it takes less time than to ask for it. */
const SHORT = 1_500;

/** Marks of which each may begin or end something, and lines, of which each may be an item: many cost much more than words. */
const MARK = /[*_~`$[\]\\<&@\n]/g;
const MOST_MARKS = 150;

/** Quotes and lists within one another cost the parser most. */
const NESTED = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){10}|^[ \t]{24}/m;

export const isNested = (text: string) => NESTED.test(text);

/** Whether the page itself may parse a text, between two frames. It says only where; the worker does all others. */
export const isQuick = (text: string) =>
  text.length <= SHORT && !isNested(text) && (text.match(MARK)?.length ?? 0) <= MOST_MARKS;
