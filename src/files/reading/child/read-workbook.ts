import type { Archive } from './archive.js';
import { cellDate, dateFormats } from './cell-dates.js';
import type { CollectedText } from './collected-text.js';
import { Unreadable } from './failures.js';
import { relationsOf } from './relations.js';
import { readEntry, type TagReader } from './xml.js';

/** Texts that cells share are held until all sheets are read: so many UTF-16 units. */
const MOST_SHARED = 20_000_000;
/** What each of them costs besides. */
const EACH_SHARED = 16;
/** A wider gap between two cells of a row is one tab. */
const WIDEST_GAP = 50;

interface Book {
  sheets: Array<{ name: string; id: string }>;
  /** Days count from 1904 on. */
  from1904: boolean;
  shared: string[];
  /** Which styles of cells show a date. */
  dates: boolean[];
}

/** The sheets in their order, each under its name: a line for each row, a tab between cells. Formulas are their results. */
export async function readWorkbook(archive: Archive, out: CollectedText): Promise<void> {
  const main = archive.names.find((name) => /^xl\/workbook\d*\.xml$/.test(name))!;
  const book = await readBook(archive, main);
  const relations = await relationsOf(archive, main);
  out.hasPages(book.sheets.length);
  for (const [i, { name, id }] of book.sheets.entries()) {
    if (out.isFull) return;
    if (i > 0) out.add('\n');
    out.beginPage();
    out.add(`# ${name}\n\n`);
    await readEntry(archive, relations.get(id)?.target ?? '', sheetTags(book, out));
  }
}

async function readBook(archive: Archive, main: string): Promise<Book> {
  const book: Book = { sheets: [], from1904: false, shared: [], dates: await dateFormats(archive) };
  await readEntry(archive, main, {
    open: (name, attribute) => {
      if (name === 'sheet') book.sheets.push({ name: attribute('name') ?? '', id: attribute('r:id') ?? '' });
      if (name === 'workbookPr') book.from1904 = /^(1|true)$/.test(attribute('date1904') ?? '');
    },
  });
  let length = 0;
  const strings = stringTags('si', (text) => {
    book.shared.push(text);
    length += text.length + EACH_SHARED;
    if (length > MOST_SHARED) throw new Unreadable('too_big');
  });
  await readEntry(archive, 'xl/sharedStrings.xml', strings);
  return book;
}

/** The text of each such element: what stands in `t`, but for how it is pronounced. */
function stringTags(element: string, done: (text: string) => void): TagReader {
  let text = '';
  let inText = false;
  let inPhonetic = false;
  return {
    open: (name) => {
      if (name === element) text = '';
      else if (name === 'rPh') inPhonetic = true;
      else if (name === 't') inText = !inPhonetic;
    },
    text: (part) => {
      if (inText) text += part;
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'rPh') inPhonetic = false;
      else if (name === element) done(text);
    },
  };
}

/** SpreadsheetML (ECMA-376 part 1 §18.3). */
function sheetTags(book: Book, out: CollectedText): TagReader {
  let row: string[] = [];
  let type = '';
  let style = 0;
  let value = '';
  let inValue = false;
  let inPhonetic = false;
  return {
    isDone: () => out.isFull,
    open: (name, attribute) => {
      if (name === 'row') row = [];
      else if (name === 'c') {
        [type, style, value] = [attribute('t') ?? 'n', Number(attribute('s') ?? 0), ''];
        const gap = columnOf(attribute('r') ?? '') - row.length;
        for (let i = gap <= WIDEST_GAP ? gap : 1; i > 0; i--) row.push('');
      } else if (name === 'rPh') inPhonetic = true;
      else if (name === 'v' || name === 't') inValue = !inPhonetic;
    },
    text: (text) => {
      if (inValue) value += text;
    },
    close: (name) => {
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'rPh') inPhonetic = false;
      else if (name === 'c') row.push(shown(book, type, style, value).replace(/\s+/g, ' ').trim());
      else if (name === 'row' && row.some((cell) => cell !== '')) out.add(`${row.join('\t').trimEnd()}\n`);
    },
  };
}

function shown(book: Book, type: string, style: number, value: string): string {
  if (type === 's') return book.shared[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === 'n' && book.dates[style]) return cellDate(Number(value), book.from1904) ?? value;
  return value;
}

/** From 0 on, of a reference such as `AB12`; -1 where there is none. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '') column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
