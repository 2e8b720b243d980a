import { HOLDER_CHECK_MS, type Hold } from './file-rows.js';
import { type ContentRead, type FileFailure, readFields, type StoredFile } from './file.js';
import type { ReadingClaim } from './readings.js';

/** What a rule comes to: what is to be written, if anything, and what the caller is told. */
export interface Step<T> {
  change?: StoredFile;
  result: T;
}

/** `file` undefined: it is not there. So in all rules. */
export function hold(file: StoredFile | undefined, userId: string, holder: string, now: number): Step<Hold> {
  if (!file || file.userId !== userId || file.deleting) return { result: { refused: 'absent' } };
  if (file.state !== 'ready') return { result: { refused: file.state } };
  if (file.holders.includes(holder)) return { result: { file } };
  const change = { ...file, holders: [...file.holders, holder], checkAt: now + HOLDER_CHECK_MS };
  return { change, result: { file: change } };
}

/** Without these holders. Undefined: it has none of them. */
export function without(
  file: StoredFile,
  isDropped: (holder: string) => boolean,
  last: 'delete' | 'keep',
): StoredFile | undefined {
  const holders = file.holders.filter((holder) => !isDropped(holder));
  if (holders.length === file.holders.length) return undefined;
  if (holders.length > 0) return { ...file, holders };
  return { ...file, holders, checkAt: null, deleting: file.deleting || last === 'delete' };
}

export function markDeleting(file: StoredFile | undefined, userId: string): Step<'marked' | 'held' | 'absent'> {
  if (!file || file.userId !== userId || file.deleting) return { result: 'absent' };
  if (file.holders.length > 0) return { result: 'held' };
  return { change: { ...file, deleting: true, checkAt: null }, result: 'marked' };
}

/** Stamps may be ahead of a clock that was set back: never negative. */
function silentMs({ touchedAt }: StoredFile, now: number): number {
  return Math.max(0, now - touchedAt);
}

export function claim(file: StoredFile | undefined, reader: string, staleMs: number, now: number): Step<ReadingClaim> {
  if (!file || file.deleting || file.state !== 'processing') return { result: { refused: 'ended' } };
  if (file.reader === reader) return { result: { claimed: file } };
  const replaces = file.reader !== null;
  if (replaces && silentMs(file, now) < staleMs) return { result: { refused: 'busy' } };
  const change = { ...file, reader, touchedAt: now, kills: file.kills + (replaces ? 1 : 0) };
  return { change, result: { claimed: change } };
}

function isReader(file: StoredFile | undefined, reader: string): file is StoredFile {
  return file !== undefined && !file.deleting && file.state === 'processing' && file.reader === reader;
}

export function touch(file: StoredFile | undefined, reader: string, now: number): Step<boolean> {
  if (!isReader(file, reader)) return { result: false };
  return { change: { ...file, touchedAt: now }, result: true };
}

export function letGo(file: StoredFile | undefined, reader: string, killed: boolean, now: number): Step<undefined> {
  if (!isReader(file, reader)) return { result: undefined };
  const change = { ...file, reader: null, touchedAt: now, kills: file.kills + (killed ? 1 : 0) };
  return { change, result: undefined };
}

/** Keeps the reader: by it the same call is known again. */
export function end(file: StoredFile | undefined, reader: string, read: ContentRead): Step<StoredFile | null> {
  if (file && !file.deleting && file.state === 'ready' && file.reader === reader) return { result: file };
  if (!isReader(file, reader)) return { result: null };
  const change: StoredFile = { ...file, ...readFields(read), state: 'ready' };
  return { change, result: change };
}

export function fail(file: StoredFile | undefined, reader: string, failure: FileFailure): Step<StoredFile | null> {
  if (file && !file.deleting && file.state === 'failed' && file.reader === reader) return { result: file };
  if (!isReader(file, reader)) return { result: null };
  const change: StoredFile = { ...file, state: 'failed', error: failure };
  return { change, result: change };
}

/** Whether somebody should read it now. */
export function isUnread(file: StoredFile, staleMs: number, now: number): boolean {
  if (file.deleting || file.state !== 'processing') return false;
  return file.reader === null || silentMs(file, now) >= staleMs;
}
