import { type RefObject, useLayoutEffect } from 'react';
import './long-table.css';

/** So many columns the style sheet knows. */
const MOST_COLUMNS = 12;

/**
 * Keeps the columns of a table as wide as they are now, as the rows of its beginning have them. Then each row stands by
 * itself; else each that is added would cost the layout of all. (`content-visibility` would spare more, but Chromium takes
 * what it leaves out away from screen readers, too.)
 */
function fix(table: HTMLTableElement): void {
  const widths = [...(table.rows.item(0)?.cells ?? [])].map((cell) => cell.getBoundingClientRect().width);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  if (whole === 0 || widths.length > MOST_COLUMNS) return;
  widths.forEach((width, at) => table.style.setProperty(`--column-${at + 1}`, `${(100 * width) / whole}%`));
  // One that is wider than the text goes on to scroll within it.
  const room = table.parentElement?.clientWidth ?? whole;
  if (whole > room + 1) table.style.setProperty('--least', `${whole}px`);
  table.dataset.fixed = '';
}

/** A long table, shown part by part. */
export function useFixedColumns(table: RefObject<HTMLTableElement | null>, isLong: boolean): void {
  useLayoutEffect(() => {
    if (isLong && table.current) fix(table.current);
  }, [table, isLong]);
}
