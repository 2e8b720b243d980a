import { z } from 'zod';
import type { FileToRead, ImageForm, ReadDocument, ReadFile, ReadImage } from './file-reader.js';
import { LONGEST_TEXT, MODEL, THUMB } from './limits.js';
import { unavailable, unreadable, UNREADABLE, unsupported } from './refusals.js';
import { imageType } from './sniff.js';

/** Of one side: any form may be that long, as a line of a PNG may. How many there are in all is looked at besides. */
const pixels = z.int().min(1);
const formOf = <T extends string>(...types: T[]) =>
  z.strictObject({ mediaType: z.enum(types as [T, ...T[]]), width: pixels, height: pixels });
const count = z.int().min(0).max(10_000_000);

/** What the process that reads says first. */
const head = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('image'),
    original: formOf('image/png', 'image/jpeg', 'image/webp', 'image/gif'),
    thumb: formOf('image/webp'),
    model: formOf('image/png', 'image/jpeg'),
  }),
  z.strictObject({
    kind: z.literal('document'),
    truncated: z.boolean(),
    pages: count.optional(),
    pageStarts: z.array(count).max(LONGEST_TEXT).optional(),
  }),
  z.strictObject({ kind: z.literal('unreadable'), reason: z.enum(UNREADABLE) }),
  z.strictObject({ kind: z.literal('unsupported') }),
  /** It could not load what it reads with. */
  z.strictObject({ kind: z.literal('broken'), message: z.string().max(2000) }),
]);
/** As the process writes it. */
export type AnswerHead = z.infer<typeof head>;
/** It, and the frames that follow on it. */
export type Said = [AnswerHead, ...Buffer[]];

const FRAMES: Record<AnswerHead['kind'], number> = { image: 3, document: 1, unreadable: 0, unsupported: 0, broken: 0 };

export function headOf(frame: Buffer): AnswerHead {
  return head.parse(JSON.parse(frame.toString()));
}

/** How many frames follow on it. Throws where it is none. */
export function framesAfter(frame: Buffer): number {
  return FRAMES[headOf(frame).kind];
}

/**
 * What was read, checked as something that a stranger says: whatever does not keep to `FileReader` throws. Throws the port's
 * errors where it says that the file can't be read.
 */
export function readFile(file: FileToRead, frames: Buffer[], maxPixels: number): ReadFile {
  const said = headOf(frames[0]);
  if (said.kind === 'image' && file.type.startsWith('image/')) return image(said, frames, maxPixels);
  if (said.kind === 'document' && !file.type.startsWith('image/')) return document(said, frames[1]);
  if (said.kind === 'unreadable') throw unreadable(said.reason, maxPixels);
  if (said.kind === 'unsupported') throw unsupported();
  if (said.kind === 'broken') throw unavailable(new Error(said.message));
  throw new Error(`The process that reads has sent a ${said.kind} for ${file.type}.`);
}

function image(
  said: AnswerHead & { kind: 'image' },
  [, original, thumb, model]: Buffer[],
  maxPixels: number,
): ReadImage {
  check(said.original.width * said.original.height <= maxPixels, 'a picture that is too large');
  check(thumb.length <= THUMB.bytes && longSide(said.thumb) <= THUMB.side, 'a thumbnail that is too large');
  check(model.length <= MODEL.bytes && longSide(said.model) <= MODEL.side, 'a form that is too large');
  return {
    kind: 'image',
    forms: {
      original: form(said.original, original),
      thumb: form(said.thumb, thumb),
      model: form(said.model, model),
    },
  };
}

function form(said: Omit<ImageForm, 'bytes'>, bytes: Buffer): ImageForm {
  check(imageType(bytes) === said.mediaType, `no ${said.mediaType}`);
  return { ...said, bytes };
}

function longSide({ width, height }: { width: number; height: number }): number {
  return Math.max(width, height);
}

function document({ kind, ...said }: AnswerHead & { kind: 'document' }, bytes: Buffer): ReadDocument {
  check(bytes.length <= 3 * LONGEST_TEXT, 'a text that is too long');
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  check(text.length <= LONGEST_TEXT && /\S/.test(text) && !text.includes('\0'), 'no text');
  const { pages, pageStarts } = said;
  check((pages === undefined) === (pageStarts === undefined), 'pages without their places');
  check((pageStarts?.length ?? 0) <= (pages ?? 0), 'places without their pages');
  const rises = pageStarts?.every((start, i) => start >= (pageStarts[i - 1] ?? 0) && start <= text.length) ?? true;
  check(rises, 'places that are none');
  return { kind, text, ...said };
}

function check(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(`The process that reads has sent ${otherwise}.`);
}
