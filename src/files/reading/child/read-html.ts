import { isWindows1252 } from '../text-bytes.js';
import { fromWindows1252 } from '../windows-1252.js';
import type { CollectedText } from './collected-text.js';
import { Prose } from './prose.js';
import { readTags, type TagReader } from './xml.js';

const LEFT_OUT = new Set(['script', 'style', 'template', 'svg', 'math', 'iframe', 'object', 'noscript', 'select']);
const BLOCKS = new Set(
  (
    'address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 ' +
    'header hr li main nav ol p pre section summary title ul'
  ).split(' '),
);

const PIECE = 65_536;

/** What a page says to its readers: no script, no style, and nothing that it would load. */
export async function readHtml(content: Buffer, out: CollectedText): Promise<void> {
  await readTags(isWindows1252(content) ? inUtf8(content) : [content], htmlTags(new Prose(out), out), {
    decodeEntities: true,
  });
}

/** In pieces: a whole one would be there twice. */
function* inUtf8(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += PIECE)
    yield Buffer.from(fromWindows1252(content.subarray(at, at + PIECE)));
}

export function htmlTags(prose: Prose, out: CollectedText): TagReader {
  let skipping = 0;
  let verbatim = 0;
  return {
    isDone: () => out.isFull,
    open: (name, attribute) => {
      if (LEFT_OUT.has(name)) skipping++;
      if (skipping > 0) return;
      if (BLOCKS.has(name)) prose.paragraph();
      if (/^h[1-6]$/.test(name)) prose.heading(Number(name[1]));
      else if (name === 'li') prose.bullet();
      else if (name === 'br') prose.line();
      else if (name === 'pre') verbatim++;
      else if (name === 'img') prose.text(attribute('alt') ?? '');
      else if (name === 'table') prose.beginTable();
    },
    text: (text) => {
      if (skipping > 0) return;
      if (verbatim > 0) prose.verbatim(text);
      else prose.text(text);
    },
    close: (name) => {
      if (LEFT_OUT.has(name)) skipping = Math.max(0, skipping - 1);
      if (skipping > 0) return;
      if (name === 'pre') verbatim = Math.max(0, verbatim - 1);
      if (BLOCKS.has(name)) prose.paragraph();
      else if (name === 'td' || name === 'th') prose.endCell();
      else if (name === 'tr') prose.endRow();
      else if (name === 'table') prose.endTable();
    },
  };
}
