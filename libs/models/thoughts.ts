const OPEN = '<think>';
const CLOSE = '</think>';
/** Thoughts on lines of their own, as DeepSeek's and Qwen's models write them: whatever follows their end is the answer. */
const OPEN_LINE = /^<think>(?:[ \t]*\r?\n|<\/think>)/;
const CLOSE_ANY = /<\/think>/;
/** Thoughts that begin amid a line end at the end of one, or where an answer begins at once: a sentence about the tags does not. */
const CLOSE_LINE = /<\/think>(?=[ \t]*[\r\n]|[\p{Lu}\p{Lo}\p{Nd}*#])/u;
/** As much of the end of what was seen as the beginning of an end may have. */
const TAIL = 32;
/** Longer is no thought: an answer may have 4 million characters. */
const MAX_HELD = 2_000_000;
/** White space before the first word. */
const MAX_BLANK = 1000;

type State = 'before' | 'within' | 'behind' | 'over';

/**
 * Leaves out thoughts that a model writes as `<think>…</think>` at the very beginning of its text, with the white space
 * behind them: models whose server does not tell them apart. `isSure`: it is known to write so, and any text may follow a
 * tag. Else a sentence that merely speaks of the tags is not lost: what has no end, or nothing behind it, was the answer.
 * Where the answer was cut, that holds only for what is not on lines of its own.
 */
export class ThoughtFilter {
  private state: State = 'before';
  private held: string[] = [];
  private heldLength = 0;
  private tail = '';
  /** What is held are thoughts, also without an end. */
  private areThoughts = false;

  constructor(private readonly isSure: boolean) {}

  /** The thoughts are over, or there are none: nothing is left out any more. */
  get isOver(): boolean {
    return this.state === 'over';
  }

  /** What of this text is answer, as far as can be told by now. */
  take(text: string): string {
    if (this.state === 'over') return text;
    this.held.push(text);
    this.heldLength += text.length;
    if (this.heldLength > MAX_HELD) return this.release();
    if (this.state === 'before') return this.begin();
    return this.state === 'within' ? this.within(text) : this.behind(text);
  }

  /** At the end of the answer: what was held back and is answer after all. `isCut`: it ended amid its text. */
  rest(isCut: boolean): string {
    return isCut && this.areThoughts ? '' : this.release();
  }

  private begin(): string {
    const text = this.held.join('').trimStart();
    if (this.heldLength - text.length > MAX_BLANK) return this.release();
    if (text.length < OPEN.length) return OPEN.startsWith(text) ? '' : this.release();
    if (!text.startsWith(OPEN)) return this.release();
    const next = text.slice(OPEN.length);
    const mayClose = next.length < CLOSE.length && CLOSE.startsWith(next);
    // Blanks alone, or half an end, don't tell yet.
    if (!this.isSure && (/^[ \t\r]*$/.test(next) || mayClose)) return '';
    if (!this.isSure && !/^\s/.test(next) && !next.startsWith(CLOSE)) return this.release();
    this.areThoughts = this.isSure || OPEN_LINE.test(text);
    this.state = 'within';
    return this.within(next);
  }

  private within(text: string): string {
    const seen = this.tail + text;
    const end = (this.areThoughts ? CLOSE_ANY : CLOSE_LINE).exec(seen);
    this.tail = seen.slice(-TAIL);
    if (!end) return '';
    this.state = 'behind';
    return this.behind(seen.slice(end.index + CLOSE.length));
  }

  private behind(text: string): string {
    const answer = text.trimStart();
    if (answer !== '') this.drop();
    return answer;
  }

  private release(): string {
    const text = this.held.join('');
    this.drop();
    return text;
  }

  private drop(): void {
    this.state = 'over';
    this.held = [];
  }
}

/** A text without the thoughts at its beginning; as it is where nothing would be left. */
export function withoutThoughts(text: string): string {
  const filter = new ThoughtFilter(false);
  const answer = filter.take(text);
  return answer + filter.rest(false);
}
