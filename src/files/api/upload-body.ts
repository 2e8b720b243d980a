import type { Readable } from 'node:stream';
import type {} from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { validationFailed } from '../../http/validation.pipe.js';

/** The one field of the form. */
const FIELD = 'file';

/** A file that is coming. */
export interface IncomingFile {
  /** As it was sent, '' where it has none: to be made fit to be shown. */
  filename: string;
  bytes: Readable;
}

/**
 * Reads a form with one file, and hands that over while it comes. Gives back what `take` makes of it, once the form has come
 * to its end. Where it is not such a form, or breaks off, `undo` is called with what `take` had made, and then it rejects
 * with `validation_failed`, or with what broke it off. Of what `take` rejects with nothing is undone.
 */
export async function readUpload<T>(
  request: FastifyRequest,
  take: (file: IncomingFile) => Promise<T>,
  undo: (taken: T) => Promise<void>,
): Promise<T> {
  if (!request.isMultipart()) {
    throw new AppError('unsupported_media_type', 415, 'The body must be a form (multipart/form-data) with one file.');
  }
  let taken: { value: T } | undefined;
  let isTaking = false;
  try {
    for await (const part of partsOf(request)) {
      if (part.type !== 'file' || part.fieldname !== FIELD || taken) throw unknownPart(part.fieldname);
      isTaking = true;
      taken = { value: await take({ filename: unescaped(part.filename), bytes: part.file }) };
      isTaking = false;
    }
    if (!taken) throw badForm({ path: FIELD, message: 'is required', code: 'required' });
    return taken.value;
  } catch (error) {
    if (taken) await undo(taken.value);
    throw isTaking ? inOurWords(error) : ofForm(error);
  }
}

/** No limit of its size: whoever takes the file counts. */
function partsOf(request: FastifyRequest) {
  return request.parts({
    ...{ throwFileSizeLimit: false, defParamCharset: 'utf8' },
    limits: { fileSize: Infinity, files: 2, fields: 2, fieldSize: 1024, fieldNameSize: 100, parts: 3, headerPairs: 20 },
  });
}

/**
 * As browsers write these three (HTML, "multipart/form-data encoding algorithm"). Undefined: a part of bytes without a name is
 * a file as well (RFC 7578 §4.2).
 */
function unescaped(filename: string | undefined): string {
  return (filename ?? '').replace(/%(22|0A|0D)/g, (escape) => decodeURIComponent(escape));
}

const badForm = (error: Parameters<typeof validationFailed>[0][number]) => validationFailed([error]);

function unknownPart(name: string): AppError {
  return badForm({ path: name || 'body', message: 'is not known here', code: 'unknown_field' });
}

/** What breaks off while no file is taken is of the form itself, and so the sender's fault; a cut connection nobody hears of. */
function ofForm(error: unknown): unknown {
  if (error instanceof AppError) return error;
  return badForm({ path: 'body', message: 'could not be read', code: 'bad_format', params: { format: 'body' } });
}

/** What the bytes of a file break off with, where the form has ended in the middle of them, or what `take` rejects with. */
function inOurWords(error: unknown): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const isOfForm = code.startsWith('FST_') || /multipart|boundary|header/i.test(message);
  return isOfForm ? ofForm(error) : error;
}
