import type { DocumentType } from '../file-types.js';
import { Archive } from './archive.js';
import { CollectedText } from './collected-text.js';
import { readBook } from './read-book.js';
import { readHtml } from './read-html.js';
import { readOpenDocument } from './read-open-document.js';
import { readPdf } from './read-pdf.js';
import { readPlain } from './read-plain.js';
import { readPresentation } from './read-presentation.js';
import { readWord } from './read-word.js';
import { readWorkbook } from './read-workbook.js';
import type { Said } from '../reader-answer.js';

type Read = (content: Buffer, out: CollectedText) => Promise<void> | void;

const packed =
  (read: (archive: Archive, out: CollectedText) => Promise<void>): Read =>
  async (content, out) =>
    read(await Archive.open(content), out);

const READERS: Record<DocumentType, Read> = {
  'application/pdf': readPdf,
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': packed(readWord),
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': packed(readPresentation),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': packed(readWorkbook),
  'application/vnd.oasis.opendocument.text': packed(readOpenDocument),
  'application/epub+zip': packed(readBook),
  'text/html': readHtml,
  'text/markdown': readPlain,
  'text/csv': readPlain,
  'text/plain': readPlain,
};

/** The text of a document, cut where it is too long. */
export async function readDocument(type: DocumentType, content: Buffer): Promise<Said> {
  const out = new CollectedText();
  await READERS[type](content, out);
  return out.said();
}
