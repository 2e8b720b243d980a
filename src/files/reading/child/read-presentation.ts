import type { Archive } from './archive.js';
import type { CollectedText } from './collected-text.js';
import { Prose } from './prose.js';
import { relationsOf } from './relations.js';
import { readEntry, type TagReader } from './xml.js';

/** The slides in their order, each with its notes. */
export async function readPresentation(archive: Archive, out: CollectedText): Promise<void> {
  const main = archive.names.find((name) => /^ppt\/presentation\d*\.xml$/.test(name))!;
  const ids: string[] = [];
  await readEntry(archive, main, {
    open: (name, attribute) => {
      if (name === 'sldId') ids.push(attribute('r:id') ?? '');
    },
  });
  const relations = await relationsOf(archive, main);
  const slides = ids.flatMap((id) => relations.get(id) ?? []);
  out.hasPages(slides.length);
  const prose = new Prose(out);
  for (const { target } of slides) {
    if (out.isFull) return;
    prose.page();
    await readEntry(archive, target, slideTags(prose, out));
    for (const { target: notes, type } of (await relationsOf(archive, target)).values()) {
      if (!type.endsWith('/notesSlide')) continue;
      prose.paragraph();
      await readEntry(archive, notes, slideTags(prose, out));
    }
  }
}

/** DrawingML (ECMA-376 part 1 §21.1). Fields hold numbers of pages and dates: they are left out. */
function slideTags(prose: Prose, out: CollectedText): TagReader {
  let inText = false;
  let inField = false;
  return {
    isDone: () => out.isFull,
    open: (name) => {
      if (name === 't') inText = !inField;
      else if (name === 'fld') inField = true;
      else if (name === 'tab') prose.tab();
      else if (name === 'br') prose.line();
      else if (name === 'tbl') prose.beginTable();
    },
    text: (text) => {
      if (inText) prose.verbatim(text);
    },
    close: (name) => {
      if (name === 't') inText = false;
      else if (name === 'fld') inField = false;
      else if (name === 'p') prose.line();
      else if (name === 'txBody') prose.paragraph();
      else if (name === 'tc') prose.endCell();
      else if (name === 'tr') prose.endRow();
      else if (name === 'tbl') prose.endTable();
    },
  };
}
