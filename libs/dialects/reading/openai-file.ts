import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import { isAbsent, read } from './fields.js';
import { documentOf, fromBase64, fromDataUrl, type MediaPart } from './files.js';
import { refusedId } from './never.js';

/** A file's fields in both dialects of OpenAI. */
export interface FileFields {
  file_id?: unknown;
  file_data?: string | null;
  filename?: string | null;
}

/** `file_data` is a data: address, or base64 alone, which is a PDF then. */
export function fileOf({ file_id, file_data, filename }: FileFields, path: Path): MediaPart {
  if (!isAbsent(file_id)) throw refusedId([...path, 'file_id']);
  const at = [...path, 'file_data'];
  const given = read(z.string(), file_data ?? undefined, at);
  const { mediaType, data } = given.startsWith('data:')
    ? fromDataUrl(given, at)
    : { mediaType: 'application/pdf', data: fromBase64(given, at) };
  return documentOf(mediaType, data, filename ?? undefined, at);
}
