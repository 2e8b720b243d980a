import type { Archive } from './archive.js';
import type { CollectedText } from './collected-text.js';
import { Unreadable } from './failures.js';
import { Prose } from './prose.js';
import { readEntry, type TagReader } from './xml.js';

/** What is no text of the document: remarks of editors, and what was deleted under revision. */
const LEFT_OUT = new Set(['annotation', 'tracked-changes', 'note-citation', 'forms']);
/** Spaces that stand in a row, at most. */
const MOST_SPACES = 100;

/** The body of a text document; notes stand where they are referred to. */
export async function readOpenDocument(archive: Archive, out: CollectedText): Promise<void> {
  await readEntry(archive, 'META-INF/manifest.xml', {
    open: (name) => {
      if (name === 'encryption-data') throw new Unreadable('encrypted');
    },
  });
  await readEntry(archive, 'content.xml', openTags(new Prose(out), out));
}

/** OpenDocument 1.3 part 3 §5 to §9. */
function openTags(prose: Prose, out: CollectedText): TagReader {
  let inBody = false;
  let skipping = 0;
  let paragraphs = 0;
  return {
    isDone: () => out.isFull,
    open: (name, attribute) => {
      if (LEFT_OUT.has(name)) skipping++;
      if (name === 'body') inBody = true;
      if (!inBody || skipping > 0) return;
      if (name === 'p' || name === 'h') paragraphs++;
      if (name === 'h') prose.heading(Number(attribute('outline-level') ?? 1));
      else if (name === 'list-item') prose.bullet();
      else if (name === 's') prose.verbatim(' '.repeat(Math.min(Number(attribute('c') ?? 1) || 1, MOST_SPACES)));
      else if (name === 'tab') prose.tab();
      else if (name === 'line-break') prose.line();
      else if (name === 'note') prose.text(' [');
      else if (name === 'table') prose.beginTable();
    },
    text: (text) => {
      if (paragraphs > 0 && skipping === 0) prose.text(text);
    },
    close: (name) => {
      if (LEFT_OUT.has(name)) skipping--;
      if (!inBody || skipping > 0) return;
      if (name === 'p' || name === 'h') {
        paragraphs--;
        if (paragraphs === 0) prose.paragraph();
      } else if (name === 'note') prose.verbatim(']');
      else if (name === 'table-cell' || name === 'covered-table-cell') prose.endCell();
      else if (name === 'table-row') prose.endRow();
      else if (name === 'table') prose.endTable();
    },
  };
}
