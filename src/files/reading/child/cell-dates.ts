import type { Archive } from './archive.js';
import { readEntry } from './xml.js';

/** Of the formats that every program knows by number (ECMA-376 part 1 §18.8.30). */
const isDateNumber = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 58);

/** Which styles of cells show their number as a date or a time. */
export async function dateFormats(archive: Archive): Promise<boolean[]> {
  const dates: boolean[] = [];
  const own = new Map<number, boolean>();
  let inCells = false;
  await readEntry(archive, 'xl/styles.xml', {
    open: (name, attribute) => {
      const id = Number(attribute('numFmtId'));
      if (name === 'numFmt') own.set(id, isDateCode(attribute('formatCode') ?? ''));
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) dates.push(own.get(id) ?? isDateNumber(id));
    },
    close: (name) => {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return dates;
}

/**
 * Letters of days and hours, outside of what is quoted and of colours and languages in brackets. What is opened and never
 * closed goes to the end: were it no match, each further beginning would be looked through to the end again.
 */
function isDateCode(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"?|\\.?|_.?|\[(?!h+\]|m+\]|s+\])[^\]]*\]?|General/gi, ''));
}

/** As ISO 8601: a day, a time, or both. Null: none that a calendar has. */
export function cellDate(days: number, from1904: boolean): string | null {
  // Excel has a 29 February 1900, so that days from 1 March on are counted from 30 December 1899.
  const epoch = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  const date = new Date(epoch + Math.round(days * 86_400) * 1000);
  if (!Number.isFinite(days) || days < 0 || Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return null;
  const [day, time] = date.toISOString().slice(0, 19).split('T');
  if (days < 1) return time;
  return Number.isInteger(days) ? day : `${day} ${time}`;
}
