import { createHash, randomBytes } from 'node:crypto';
import { newId } from '../../../../libs/ids/index.js';
import { type ContentRead, type ContentRecord, type FileStore, NEW_FILE, type StoredFile } from '../index.js';

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
/** Of a quota that nobody reaches. */
export const PLENTY = 1_000_000_000;
export const LIMITS = { quota: PLENTY, atOnce: 4 };

export interface OpenedFileStore extends FileStore {
  /** Makes everything that is kept older by so much. */
  age(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const someHash = (): string => createHash('sha256').update(randomBytes(16)).digest('hex');

/** What reading has made of a picture of 1000 bytes, unless it is said otherwise. */
export function readOf(change: Partial<ContentRead> = {}): ContentRead {
  return {
    ...{ shown: 'original', mediaType: 'image/webp', size: 1000, width: 640, height: 480, pages: null },
    ...{ thumb: 'image/webp', model: 'image/jpeg', truncated: false, pageStarts: null },
    ...change,
  };
}

export function newFile(content: ContentRecord, change: Partial<StoredFile> = {}): StoredFile {
  return {
    ...NEW_FILE,
    ...{ id: newId(), userId: 'user', filename: 'a note.txt', mediaType: 'text/plain', size: 100, holders: [] },
    ...{ state: 'processing', createdAt: new Date(), touchedAt: Date.now() },
    ...{ sha256: content.sha256, contentId: content.id },
    ...change,
  };
}

/** A file of this user whose content is its own, unless given. */
export async function addFile(store: FileStore, change: Partial<StoredFile> = {}): Promise<StoredFile> {
  const content = await store.contents.open(change.sha256 ?? someHash(), newId());
  const file = newFile(content, change);
  const inserted = await store.reservations.insert(file, PLENTY);
  if (inserted !== 'inserted') throw new Error(inserted);
  return file;
}

/** One that has been read. */
export async function addReady(store: FileStore, change: Partial<StoredFile> = {}): Promise<StoredFile> {
  const file = await addFile(store, change);
  const reader = newId();
  await store.readings.claim(file.id, reader, 0);
  const ready = await store.readings.end(file.id, reader, readOf({ size: file.size }));
  if (!ready) throw new Error('not read');
  return ready;
}

/** So many calls at once. */
export function times<T>(count: number, call: (i: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => call(i)));
}

/** Of those that reckon by this process's clock: what is kept ages when that is put forward. */
export function ageing(store: FileStore, close: () => Promise<void> = async () => {}): OpenedFileStore {
  const now = Date.now;
  let ahead = 0;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  return {
    ...store,
    age: async (ms) => void (ahead += ms),
    close: () => {
      clock.mockRestore();
      return close();
    },
  };
}
