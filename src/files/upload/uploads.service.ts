import { Injectable } from '@nestjs/common';
import { every, within } from '../../../libs/async/index.js';
import { AppError, dependencyDown } from '../../../libs/errors/index.js';
import { newId } from '../../../libs/ids/index.js';
import { Config } from '../../config/config.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { type Bytes, FileContents } from '../content/file-contents.js';
import { FileMetrics } from '../keeping/file-metrics.service.js';
import { Extraction } from '../keeping/extraction.service.js';
import { FileRemoval } from '../keeping/file-removal.service.js';

import {
  type ContentRecord,
  ContentRecords,
  FileRows,
  NEW_FILE,
  readFields,
  RESERVATION_LIFE_MS,
  Reservations,
  type StoredFile,
} from '../store/index.js';
import { sniffEnds } from '../reading/sniff.js';
import { displayName } from './filename.js';
import { Measured, tooLargeFile } from './measured.js';

const AT_ONCE = 4;
const RETRY_SECONDS = 5;
/** What is read in this time is answered as it came out; who waits longer looks again. */
const READING_MS = 5000;

/** A file that has come, and lies aside. */
export interface Arrived {
  staged: string;
  filename: string;
  mediaType: string;
  size: number;
  sha256: string;
}

/** How a file comes in: room for it, its bytes, its content, its row. Whatever breaks it off leaves nothing to be seen. */
@Injectable()
export class Uploads {
  constructor(
    private readonly files: FileRows,
    private readonly reservations: Reservations,
    private readonly records: ContentRecords,
    private readonly contents: FileContents,
    private readonly extraction: Extraction,
    private readonly removal: FileRemoval,
    private readonly lifecycle: Lifecycle,
    private readonly metrics: FileMetrics,
    private readonly config: Config,
  ) {}

  /**
   * Keeps room for a file of `announced` bytes (undefined: nobody said), has it `receive`d, and keeps it. Resolves when it
   * has been read, or after 5 s. Rejects with `file_too_large`, `quota_exceeded`, `too_many_concurrent`,
   * `file_type_unsupported`, `file_unreadable`, `draining`, `dependency_down`, and with what `receive` rejects with.
   */
  async take(userId: string, announced: number | undefined, receive: () => Promise<Arrived>): Promise<StoredFile> {
    try {
      if (this.lifecycle.draining) throw new AppError('draining', 503, 'This process is about to stop.');
      const file = await this.kept(userId, announced, receive);
      this.metrics.uploadedBytes.add({}, file.size);
      const read = await this.read(file);
      this.metrics.uploads.add({ outcome: 'stored' });
      return read;
    } catch (error) {
      this.metrics.uploads.add({ outcome: error instanceof AppError ? error.code : 'broken_off' });
      throw error;
    }
  }

  /** Lays a file aside while it comes. */
  async stage(sent: { filename: string; bytes: Bytes }): Promise<Arrived> {
    const measured = new Measured(sent.bytes, this.config.FILE_MAX_SIZE);
    const staged = await this.contents.stage(measured);
    const filename = displayName(sent.filename);
    try {
      const mediaType = await sniffEnds(measured.size, measured.head(), measured.tail(), filename);
      if (!mediaType) throw new AppError('file_type_unsupported', 415, 'Files of this kind can’t be read.');
      return { staged, filename, mediaType, size: measured.size, sha256: measured.sha256() };
    } catch (error) {
      await this.discard(staged);
      throw error;
    }
  }

  /** What stays after all is cleared away later. */
  async discard(staged: string): Promise<void> {
    await this.contents.discard(staged).catch(() => undefined);
  }

  private async kept(
    userId: string,
    announced: number | undefined,
    receive: () => Promise<Arrived>,
  ): Promise<StoredFile> {
    const id = newId();
    await this.reserve(userId, id, announced);
    const ticker = every(
      RESERVATION_LIFE_MS / 4,
      () => this.reservations.renew(userId, id),
      () => undefined,
    );
    try {
      const arrived = await receive();
      const content = await this.content(arrived).catch(async (error: unknown) => {
        await this.discard(arrived.staged);
        throw error;
      });
      return await this.row(userId, id, arrived, content);
    } catch (error) {
      await this.reservations.release(userId, id).catch(() => undefined);
      throw error;
    } finally {
      void ticker.stop();
    }
  }

  private async reserve(userId: string, id: string, announced: number | undefined): Promise<void> {
    const { FILE_MAX_SIZE: most, FILES_USER_QUOTA: quota } = this.config;
    if (announced !== undefined && announced > most + FORM_SLACK) throw tooLargeFile(most);
    const bytes = Math.min(announced ?? most, most);
    const reserved = await this.reservations.reserve(userId, id, bytes, { quota, atOnce: AT_ONCE });
    if (reserved === 'quota') throw quotaExceeded(quota);
    if (reserved === 'at_once') {
      throw new AppError('too_many_concurrent', 429, `You already have ${AT_ONCE} uploads under way.`, {
        ...{ retryAfterSeconds: RETRY_SECONDS, params: { of: 'uploads', maximum: AT_ONCE } },
      });
    }
  }

  /** Content before row: a row's content is always there. */
  private async content({ staged, sha256, size }: Arrived): Promise<{ record: ContentRecord; isRead: boolean }> {
    const record = await this.records.open(sha256, newId());
    const address = { sha256, contentId: record.id } as const;
    const isRead = record.read !== null && (await this.contents.size({ ...address, form: record.read.shown })) !== null;
    const isThere = isRead || (await this.contents.size({ ...address, form: 'upload' })) === size;
    if (isThere) await this.discard(staged);
    else await this.contents.keep(staged, { ...address, form: 'upload' });
    return { record, isRead };
  }

  private async row(
    userId: string,
    id: string,
    { filename, mediaType, size, sha256 }: Arrived,
    { record, isRead }: { record: ContentRecord; isRead: boolean },
  ): Promise<StoredFile> {
    const file: StoredFile = {
      ...NEW_FILE,
      ...{ id, userId, filename, mediaType, size, sha256, contentId: record.id, holders: [] },
      ...{ state: 'processing', createdAt: new Date(), touchedAt: Date.now() },
      ...(isRead && { ...readFields(record.read!), state: 'ready' }),
    };
    const quota = this.config.FILES_USER_QUOTA;
    const inserted = await this.reservations.insert(file, quota);
    if (inserted === 'quota') throw quotaExceeded(quota);
    if (inserted === 'no_content')
      throw dependencyDown('file store', new Error('the content went while its row was made'));
    return file;
  }

  /** Has it read. One that can't be is refused like one of no known kind, and goes; one that takes longer is read on. */
  private async read(file: StoredFile): Promise<StoredFile> {
    if (file.state === 'ready') return file;
    await within(READING_MS, this.extraction.read(file.id), () => undefined);
    const read = (await this.files.get(file.userId, file.id)) ?? file;
    if (read.state !== 'failed') return read;
    await this.removal.delete(file.userId, file.id);
    throw refusalOf(read);
  }
}

/** A form has more than its file. */
const FORM_SLACK = 16_384;

function quotaExceeded(quota: number): AppError {
  return new AppError('quota_exceeded', 403, 'Your files take all the room that you have.', { params: { quota } });
}

function refusalOf({ error }: StoredFile): AppError {
  if (error?.code === 'file_type_unsupported') return new AppError(error.code, 415, error.title);
  return new AppError('file_unreadable', 422, error?.title ?? 'This file could not be read.', {
    params: error?.params ?? {},
  });
}
