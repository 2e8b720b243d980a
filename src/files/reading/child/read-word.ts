import type { Archive } from './archive.js';
import type { CollectedText } from './collected-text.js';
import { Prose } from './prose.js';
import { readEntry, type TagReader } from './xml.js';

/** Alternatives for programs that do not know the newer form that stands beside them. */
const SECOND_FORM = 'Fallback';

/** The body of a Word document, then its notes. What was deleted under revision is not read, headers and footers neither. */
export async function readWord(archive: Archive, out: CollectedText): Promise<void> {
  const main = archive.names.find((name) => /^word\/document\d*\.xml$/.test(name))!;
  const prose = new Prose(out);
  for (const part of [main, 'word/footnotes.xml', 'word/endnotes.xml']) {
    await readEntry(archive, part, wordTags(prose, out));
    prose.paragraph();
  }
}

/** WordprocessingML (ECMA-376 part 1 §17). */
function wordTags(prose: Prose, out: CollectedText): TagReader {
  let inText = false;
  let skipping = 0;
  return {
    isDone: () => out.isFull,
    open: (name, attribute) => {
      if (name === SECOND_FORM) skipping++;
      if (skipping > 0) return;
      if (name === 't') inText = true;
      else if (name === 'tab') prose.tab();
      else if (name === 'br' || name === 'cr') prose.line();
      else if (name === 'noBreakHyphen') prose.verbatim('-');
      else if (name === 'tbl') prose.beginTable();
      else if (name === 'numPr') prose.bullet();
      else if (name === 'pStyle') prose.heading(Number(/^heading ?([1-6])$/i.exec(attribute('val') ?? '')?.[1] ?? 0));
    },
    text: (text) => {
      if (inText && skipping === 0) prose.verbatim(text);
    },
    close: (name) => {
      if (name === SECOND_FORM) skipping--;
      if (skipping > 0) return;
      if (name === 't') inText = false;
      else if (name === 'p') prose.paragraph();
      else if (name === 'tc') prose.endCell();
      else if (name === 'tr') prose.endRow();
      else if (name === 'tbl') prose.endTable();
    },
  };
}
