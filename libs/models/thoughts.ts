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
/** White space before the first word, or at the end of what is told. */
const MAX_BLANK = 1000;

type State = 'before' | 'within' | 'behind' | 'over';

/** What a text is: thoughts, and the answer behind them. */
export interface Parted {
  reasoning: string;
  text: string;
}

const NOTHING: Parted = { reasoning: '', text: '' };
const answer = (text: string): Parted => (text === '' ? NOTHING : { reasoning: '', text });
const thought = (reasoning: string): Parted => (reasoning === '' ? NOTHING : { reasoning, text: '' });

export interface ThoughtFilterOptions {
  /** It is known to write so, and any text may follow a tag. */
  isSure?: boolean;
  /** It was seen to write thoughts on lines of their own. */
  isKnown?: boolean;
  /** Thoughts on lines of their own were found. */
  onFound?(): void;
}

/**
 * Tells thoughts apart that a model writes as `<think>…</think>` at the very beginning of its text, without the white space
 * around them: models whose server does not tell them apart. Where the model is known to write so they are told as they
 * come. Else they are held until they have an end and something behind it, so that a sentence that merely speaks of the
 * tags is not lost: what has no end, or nothing behind it, was the answer. Where the answer was cut, that holds only for
 * what is not on lines of its own.
 */
export class ThoughtFilter {
  private state: State = 'before';
  private held: string[] = [];
  private heldLength = 0;
  private tail = '';
  /** What is held are thoughts, also without an end. */
  private areThoughts = false;
  /** They are told as they come. */
  private isLive = false;
  private hasTold = false;

  constructor(private readonly options: ThoughtFilterOptions = {}) {}

  /** The thoughts are over, or there are none: all that follows is answer. */
  get isOver(): boolean {
    return this.state === 'over';
  }

  /** What this text is, as far as can be told by now. */
  take(text: string): Parted {
    if (this.state === 'over') return answer(text);
    if (this.state === 'behind') return this.behind(text);
    if (this.isLive) return this.tell(text);
    this.hold(text);
    if (this.heldLength > MAX_HELD) return this.release();
    return this.state === 'before' ? this.begin() : this.within(text);
  }

  /** At the end of the answer: what was held back. `isCut`: it ended amid its text. */
  rest(isCut: boolean): Parted {
    if (this.isLive) return thought(this.drop().trimEnd());
    return isCut && this.areThoughts ? thought(this.heldThought()) : this.release();
  }

  /** Something follows that is no text: what was held back. Whatever text comes behind it is answer. */
  interrupt(): Parted {
    const rest = this.rest(true);
    this.drop();
    return rest;
  }

  private begin(): Parted {
    const text = this.held.join('').trimStart();
    if (this.heldLength - text.length > MAX_BLANK) return this.release();
    if (text.length < OPEN.length) return OPEN.startsWith(text) ? NOTHING : this.release();
    if (!text.startsWith(OPEN)) return this.release();
    const { isSure = false, isKnown = false } = this.options;
    const next = text.slice(OPEN.length);
    const mayClose = next.length < CLOSE.length && CLOSE.startsWith(next);
    // Blanks alone, or half an end, don't tell yet.
    if (!isSure && (/^[ \t\r]*$/.test(next) || mayClose)) return NOTHING;
    if (!isSure && !/^\s/.test(next) && !next.startsWith(CLOSE)) return this.release();
    this.areThoughts = isSure || OPEN_LINE.test(text);
    this.isLive = isSure || (isKnown && this.areThoughts);
    this.state = 'within';
    if (!this.isLive) return this.within(next);
    this.held = [];
    return this.tell(next);
  }

  /** Thoughts that are held. */
  private within(text: string): Parted {
    const seen = this.tail + text;
    const end = this.closing.exec(seen);
    this.tail = seen.slice(-TAIL);
    if (!end) return NOTHING;
    this.state = 'behind';
    return this.behind(seen.slice(end.index + CLOSE.length), false);
  }

  /** Thoughts that are told: all but white space at their end, and what may be the beginning of their end. */
  private tell(text: string): Parted {
    const seen = this.held.join('') + text;
    const end = seen.indexOf(CLOSE);
    if (end >= 0) {
      this.state = 'behind';
      this.held = [];
      const { text: said } = this.behind(seen.slice(end + CLOSE.length));
      return { reasoning: this.begun(seen.slice(0, end).trimEnd()), text: said };
    }
    const open = seen.lastIndexOf('<');
    const mayEnd = open >= 0 && seen.length - open < CLOSE.length && CLOSE.startsWith(seen.slice(open));
    const whole = mayEnd ? seen.slice(0, open) : seen;
    const told = whole.trimEnd();
    const length = whole.length - told.length > MAX_BLANK ? whole.length : told.length;
    this.held = [seen.slice(length)];
    return thought(this.begun(seen.slice(0, length)));
  }

  private begun(text: string): string {
    if (this.hasTold) return text;
    const first = text.trimStart();
    this.hasTold = first !== '';
    return first;
  }

  private behind(text: string, isNew = true): Parted {
    if (isNew && !this.isLive) this.hold(text);
    const said = text.trimStart();
    if (said === '') return NOTHING;
    const reasoning = this.isLive ? '' : this.heldThought();
    if (this.areThoughts && !this.options.isSure) this.options.onFound?.();
    this.drop();
    return { reasoning, text: said };
  }

  /** The thought in what is held. */
  private heldThought(): string {
    const text = this.held.join('').trimStart().slice(OPEN.length);
    const end = this.closing.exec(text);
    return (end ? text.slice(0, end.index) : text).trim();
  }

  private get closing(): RegExp {
    return this.areThoughts ? CLOSE_ANY : CLOSE_LINE;
  }

  private hold(text: string): void {
    this.held.push(text);
    this.heldLength += text.length;
  }

  /** It was the answer. */
  private release(): Parted {
    return answer(this.drop());
  }

  private drop(): string {
    const text = this.held.join('');
    this.state = 'over';
    this.held = [];
    return text;
  }
}

/** A text without the thoughts at its beginning; as it is where nothing would be left. */
export function withoutThoughts(text: string): string {
  const filter = new ThoughtFilter();
  const { text: said } = filter.take(text);
  return said + filter.rest(false).text;
}
