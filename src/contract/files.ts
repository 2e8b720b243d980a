import { z } from 'zod';
import { FileError } from './errors.js';
import { pageFields, pageOf } from './page.js';
import { count, id, time } from './values.js';

/** Something that a person has uploaded. */
export const File = z
  .object({
    id,
    filename: z.string(),
    mediaType: z.string().describe('By its bytes, whatever it is called.'),
    size: count.describe('Bytes of its content, as it is given out.'),
    width: count.optional().describe('Of a picture, in pixels.'),
    height: count.optional(),
    pages: count.optional().describe('Of a document: pages, slides or sheets, where it has such.'),
    state: z.enum(['processing', 'ready', 'failed']).describe('`processing`: it has not been read yet.'),
    error: FileError.optional().describe('Why it is `failed`.'),
    createdAt: time,
  })
  .meta({ id: 'File', description: 'Something that a person has uploaded.' });
export type File = z.infer<typeof File>;

export const FileAnswer = z.object({ file: File });
export const FilePage = pageOf(File);

/** What `POST /api/files` takes. */
export const FileUpload = z
  .object({ file: z.string().meta({ contentMediaType: 'application/octet-stream' }) })
  .meta({ id: 'FileUpload', description: 'A form with one file.' });

/** Bytes. */
export const FileContent = z.string().meta({ contentMediaType: 'application/octet-stream' });

/** `size=thumb`: a picture of at most 512 pixels a side. */
export const contentQuery = z.strictObject({ size: z.enum(['thumb']).optional() });
export type ContentQuery = z.infer<typeof contentQuery>;

export const filesQuery = z.strictObject(pageFields);
export type FilesQuery = z.infer<typeof filesQuery>;
