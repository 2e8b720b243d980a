import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { createReadStream } from 'node:fs';
import { AppError } from '../../../libs/errors/index.js';
import { wellFormed } from '../../../libs/text/index.js';
import { FileReader, type FileToRead, type ReadFile } from './file-reader.js';

/** In UTF-16 units. */
const LONGEST = 4_000_000;

/** Reads plain text and nothing else, in this process. */
export class TextReader extends FileReader {
  async read({ content, type }: FileToRead): Promise<ReadFile> {
    if (!type.startsWith('text/'))
      throw new AppError('file_type_unsupported', 415, 'Files of this kind can’t be read yet.');
    const bytes = await buffer(content instanceof Readable ? content : createReadStream(content));
    const text = wellFormed(bytes.toString('utf8'));
    if (text.trim() === '') {
      throw new AppError('file_unreadable', 422, 'There is no text in this file.', { params: { reason: 'empty' } });
    }
    return { kind: 'document', text: text.slice(0, LONGEST), truncated: text.length > LONGEST };
  }

  async close(): Promise<void> {}
}
