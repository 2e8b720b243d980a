import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import type { MessageRef, StoredPart } from '../../chat/store/index.js';
import { FileRows, Holders, messageHolder, type Refused, type StoredFile } from '../../files/index.js';
import { mayName } from './check-ask.js';

/** How long a question waits until its files are read, and how often it looks, ms. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 200;
/** Questions of one person that wait so, in this process. */
const MOST_WAITING = 5;
const RETRY_SECONDS = 2;

/** The files that questions bring. */
@Injectable()
export class AskedFiles {
  private readonly waiting = new Map<string, number>();

  constructor(
    private readonly files: FileRows,
    private readonly holders: Holders,
  ) {}

  /**
   * These files, once all of them are read. Errors: `file_unknown` (404), `file_processing` (409) after 30 s, or at once where
   * the person has 5 questions that wait, `file_unreadable` (422).
   */
  async ready(userId: string, ids: readonly string[]): Promise<StoredFile[]> {
    const until = performance.now() + PATIENCE_MS;
    let files = await this.read(userId, ids);
    if (files.every(isRead)) return files;
    const others = this.waiting.get(userId) ?? 0;
    if (others >= MOST_WAITING) throw stillProcessing();
    this.waiting.set(userId, others + 1);
    try {
      while (!files.every(isRead)) {
        if (performance.now() > until) throw stillProcessing();
        await sleep(LOOK_MS);
        files = await this.read(userId, ids);
      }
      return files;
    } finally {
      const left = this.waiting.get(userId)! - 1;
      if (left > 0) this.waiting.set(userId, left);
      else this.waiting.delete(userId);
    }
  }

  /** Holds them for a question that is about to be stored. Errors as `ready`. */
  async hold(userId: string, ids: readonly string[], question: MessageRef): Promise<void> {
    if (ids.length === 0) return;
    const held = await this.holders.addHolder(userId, ids, messageHolder(question));
    if ('refused' in held) refuse(held.refused);
  }

  /** The question was not stored after all. What does not hold now, the sweep does later. */
  async takeBack(ids: readonly string[], question: MessageRef): Promise<void> {
    if (ids.length > 0) await this.holders.takeBack(messageHolder(question));
  }

  private async read(userId: string, ids: readonly string[]): Promise<StoredFile[]> {
    const found = await Promise.all(ids.map((id) => (mayName(id) ? this.files.get(userId, id) : null)));
    const files = found.filter((file) => file !== null);
    if (files.length < ids.length) throw fileUnknown();
    const failed = files.find(({ state }) => state === 'failed');
    if (failed) throw unreadable(failed);
    return files;
  }
}

/** Files as parts of a question, before its text. */
export function questionParts(files: StoredFile[], text: string): StoredPart[] {
  const parts: StoredPart[] = files.map(({ id, filename, mediaType, size, width, height }) => ({
    ...{ type: 'file', fileId: id, filename, mediaType, size },
    ...(width !== null && height !== null && { width, height }),
  }));
  return text === '' ? parts : [...parts, { type: 'text', length: text.length }];
}

const isRead = ({ state }: StoredFile) => state === 'ready';

function refuse({ unknown, processing }: Refused): never {
  if (unknown.length > 0) throw fileUnknown();
  if (processing.length > 0) throw stillProcessing();
  throw unreadable();
}

function fileUnknown(): AppError {
  return new AppError('file_unknown', 404, 'There is no such file.');
}

function stillProcessing(): AppError {
  const words = 'A file is still being read. Please try again in a moment.';
  return new AppError('file_processing', 409, words, { retryAfterSeconds: RETRY_SECONDS });
}

function unreadable(file?: StoredFile): AppError {
  const params = file?.error?.code === 'file_unreadable' ? file.error.params : undefined;
  return new AppError('file_unreadable', 422, file?.error?.title ?? 'A file could not be read.', { params });
}
