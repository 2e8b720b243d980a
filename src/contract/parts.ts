import { z } from 'zod';
import { count, id } from './values.js';

/** Parts of a message are called as in the AI SDK's `UIMessage`. */

const text = z.object({ type: z.literal('text'), text: z.string() }).meta({ title: 'text' });

const ms = count.nullable().describe('How long it took; null while it is written.');
const reasoning = z
  .object({ type: z.literal('reasoning'), text: z.string().describe('Empty where its provider hides it.'), ms })
  .meta({ title: 'reasoning' });

const file = z
  .object({
    type: z.literal('file'),
    fileId: id,
    filename: z.string(),
    mediaType: z.string(),
    size: count.describe('Bytes.'),
    width: count.optional().describe('Pixels.'),
    height: count.optional().describe('Pixels.'),
    url: z.string().describe('`/api/files/<id>/content`'),
  })
  .meta({ title: 'file' });

const sourceDocument = z
  .object({
    type: z.literal('source-document'),
    sourceId: z.string(),
    fileId: id,
    title: z.string(),
    filename: z.string(),
    mediaType: z.string(),
    page: count.optional(),
  })
  .meta({ title: 'source-document' });

export const Part = z
  .discriminatedUnion('type', [text, reasoning, file, sourceDocument])
  .meta({ id: 'Part', description: 'A piece of a message.' });
export type Part = z.infer<typeof Part>;

/** A part that is new at its place, or what is new of it: fields that it does not name stay. */
export const PartChange = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reasoning'), text: z.literal('').optional(), ms }).meta({ title: 'reasoning' }),
  file,
  sourceDocument,
]);
