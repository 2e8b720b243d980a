import { wellFormed } from '../../../../libs/text/index.js';
import { LONGEST_TEXT } from '../limits.js';
import { Unreadable } from './failures.js';
import type { Said } from '../reader-answer.js';

/** The text of a document as it comes, up to where it is cut; and where its pages begin. */
export class CollectedText {
  private readonly parts: string[] = [];
  private readonly pageStarts: number[] = [];
  private length = 0;
  private pages: number | undefined;

  /** Whoever reads on does it in vain. */
  get isFull(): boolean {
    return this.length > LONGEST_TEXT;
  }

  add(text: string): void {
    if (this.isFull || text === '') return;
    const clean = wellFormed(text);
    this.parts.push(clean);
    this.length += clean.length;
  }

  /** There are so many pages, slides or sheets, whether they are reached or not. */
  hasPages(count: number): void {
    this.pages = count;
  }

  /** What follows stands on the next one. */
  beginPage(): void {
    if (!this.isFull) this.pageStarts.push(this.length);
  }

  /** What is said of it. Throws where there is nothing that one could see, in what is kept of it. */
  said(): Said {
    const all = this.parts.join('');
    const text = cut(all);
    if (!/[^\s\p{C}]/u.test(text)) throw new Unreadable('empty');
    const pages = this.pages === undefined ? {} : { pages: this.pages, pageStarts: this.pageStarts };
    return [{ kind: 'document', truncated: text.length < all.length, ...pages }, Buffer.from(text)];
  }
}

/** Never through a surrogate pair. */
function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const isPair = (text.codePointAt(LONGEST_TEXT - 1) ?? 0) > 0xffff;
  return text.slice(0, isPair ? LONGEST_TEXT - 1 : LONGEST_TEXT);
}
