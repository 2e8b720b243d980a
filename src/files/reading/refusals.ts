import { AppError } from '../../../libs/errors/index.js';

/** Why a file can't be read, as far as the reading itself finds out. */
export const UNREADABLE = ['damaged', 'encrypted', 'too_big', 'too_many_pixels', 'empty'] as const;
export type UnreadableReason = (typeof UNREADABLE)[number];

const WORDS: Record<UnreadableReason, string> = {
  damaged: 'The file is damaged, or not what it seems to be.',
  encrypted: 'The file is protected by a password.',
  too_big: 'The file is too large once it is unpacked.',
  too_many_pixels: 'The picture has too many pixels.',
  empty: 'There is nothing to read in the file.',
};

export function unreadable(reason: UnreadableReason, maxPixels?: number): AppError<'file_unreadable'> {
  const maximum = reason === 'too_many_pixels' ? { maximum: maxPixels } : {};
  return new AppError('file_unreadable', 422, WORDS[reason], { params: { reason, ...maximum } });
}

export function unsupported(): AppError<'file_type_unsupported'> {
  return new AppError('file_type_unsupported', 415, 'Files of this kind can’t be read.');
}

export function unavailable(cause?: unknown): AppError<'unavailable'> {
  return new AppError('unavailable', 503, 'Files can’t be read right now. Please try again.', {
    cause,
    retryAfterSeconds: 5,
  });
}
