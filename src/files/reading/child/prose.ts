import type { CollectedText } from './collected-text.js';

const RANK = ['', ' ', '\t', '\n', '\n\n'];
/** Empty cells in a row, at most. */
const MOST_TABS = 50;

/**
 * Writes what markup says as plain text: paragraphs are divided by a blank line, rows of a table by a line's end, its cells
 * by a tab, whatever stands in them.
 */
export class Prose {
  /** What is due before the next character; the strongest wins: blank line, line, tab, space. */
  private due = '';
  private atStart = true;
  private tables = 0;
  /** Of cells that have ended since, empty ones among them. */
  private tabs = 0;
  /** Of a list or a heading: goes before the first character of a paragraph. */
  private mark = '';

  constructor(private readonly out: CollectedText) {}

  /** Running text: white space of any length is one space. */
  text(text: string): void {
    const words = text.replace(/[ \t\r\n\f]+/g, ' ');
    if (words.startsWith(' ')) this.want(' ');
    const inner = words.trim();
    if (inner !== '') this.put(inner);
    if (inner !== '' && words.endsWith(' ')) this.want(' ');
  }

  /** As it stands. */
  verbatim(text: string): void {
    if (text !== '') this.put(text);
  }

  /** This paragraph is one of a list. */
  bullet(): void {
    this.mark = '- ';
  }

  /** This paragraph is a heading of that level, from 1 to 6; any other: none. */
  heading(level: number): void {
    this.mark = level >= 1 && level <= 6 ? `${'#'.repeat(level)} ` : '';
  }

  tab(): void {
    this.want(this.tables > 0 ? ' ' : '\t');
  }

  line(): void {
    this.want(this.tables > 0 ? ' ' : '\n');
  }

  paragraph(): void {
    this.mark = '';
    this.want(this.tables > 0 ? ' ' : '\n\n');
  }

  beginTable(): void {
    this.paragraph();
    this.tables++;
  }

  endCell(): void {
    if (this.tables !== 1) return this.want(' ');
    if (this.due === ' ') this.due = '';
    if (this.tabs < MOST_TABS) this.tabs++;
  }

  endRow(): void {
    if (this.tables !== 1) return;
    this.tabs = 0;
    this.want('\n');
  }

  endTable(): void {
    this.tables = Math.max(0, this.tables - 1);
    if (this.tables === 0) this.tabs = 0;
    this.paragraph();
  }

  /** The next page, slide or sheet. */
  page(): void {
    this.tables = 0;
    this.tabs = 0;
    this.mark = '';
    this.due = '';
    if (!this.atStart) this.out.add('\n\n');
    this.out.beginPage();
    this.atStart = true;
  }

  private want(white: string): void {
    if (RANK.indexOf(white) > RANK.indexOf(this.due)) this.due = white;
  }

  private put(text: string): void {
    const due = this.tabs > 0 && this.due === ' ' ? '' : this.due;
    if (!this.atStart) this.out.add(due + '\t'.repeat(this.tabs));
    this.due = '';
    this.tabs = 0;
    this.atStart = false;
    if (this.tables === 0) this.out.add(this.mark);
    this.mark = '';
    this.out.add(text);
  }
}
