import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { every } from '../../../libs/async/index.js';
import { AppError, isCode } from '../../../libs/errors/index.js';
import { type ContentAddress, FileContents } from '../content/file-contents.js';
import { FileMetrics } from './file-metrics.service.js';
import { FileReader, type ReadFile, ReaderKilled } from '../reading/file-reader.js';
import type { FileType } from '../reading/file-types.js';
import { type ContentRead, ContentRecords, type FileFailure, Readings, type StoredFile } from '../store/index.js';

/** How long whoever reads a file may be silent. */
export const STALE_MS = 15_000;
const TOUCH_MS = 4000;
/** Readers that one file may cost. */
const MOST_KILLS = 3;
/** A reader has 60 s for a file: two of them are the two minutes that it gets. */
const MOST_TIMEOUTS = 2;

const IN_WORDS = 'This file could not be read.';

/** Has files read, and stores what was made of them. */
@Injectable()
export class Extraction {
  private readonly log = new Logger(Extraction.name);
  private readonly running = new Map<string, Promise<void>>();

  constructor(
    private readonly readings: Readings,
    private readonly records: ContentRecords,
    private readonly contents: FileContents,
    private readonly reader: FileReader,
    private readonly metrics: FileMetrics,
  ) {}

  /** How many files are being read here, or wait for it. */
  get atWork(): number {
    return this.running.size;
  }

  /**
   * Reads a file that is `processing`, unless somebody else does (`staleMs`: how long that one may be silent). Resolves when it
   * has ended or was given back, for the sweep to try again. Never rejects. Called again meanwhile: the same.
   */
  read(id: string, staleMs = STALE_MS): Promise<void> {
    let run = this.running.get(id);
    if (!run) {
      run = this.claimed(id, staleMs)
        .catch((error: unknown) => this.log.warn(`file ${id} could not be read now: ${String(error)}`))
        .finally(() => this.running.delete(id));
      this.running.set(id, run);
    }
    return run;
  }

  private async claimed(id: string, staleMs: number): Promise<void> {
    for (let timeouts = 0; ;) {
      const reader = randomUUID();
      const claim = await this.readings.claim(id, reader, staleMs);
      if (!('claimed' in claim)) return;
      const { kills } = claim.claimed;
      if (kills >= MOST_KILLS) return this.fail(id, reader, failureOf('damaged'));
      const killed = await this.attempt(claim.claimed, reader);
      if (!killed) return;
      if (killed.reason === 'took_too_long') timeouts++;
      this.metrics.readings.add({ outcome: 'killed' });
      this.log.warn(`file ${id} has cost a reader: ${killed.message}`);
      const isLast = kills + 1 >= MOST_KILLS || timeouts >= MOST_TIMEOUTS;
      if (isLast) return this.fail(id, reader, failureOf(killed.reason));
      await this.readings.letGo(id, reader, true);
    }
  }

  /** One attempt; gives back what killed its reader, if something did. */
  private async attempt(file: StoredFile, reader: string): Promise<ReaderKilled | undefined> {
    const ticker = every(
      TOUCH_MS,
      () => this.readings.touch(file.id, reader),
      () => undefined,
    );
    const begun = performance.now();
    try {
      const read = (await this.knownRead(file)) ?? (await this.readAnew(file));
      await this.readings.end(file.id, reader, read);
      this.metrics.readings.add({ outcome: 'read' });
      this.metrics.readingSeconds.observe({}, (performance.now() - begun) / 1000);
      return undefined;
    } catch (error) {
      return await this.afterFailure(file, reader, error);
    } finally {
      await ticker.stop();
    }
  }

  private async afterFailure(file: StoredFile, reader: string, error: unknown): Promise<ReaderKilled | undefined> {
    // Another file with the same content was read meanwhile, and what this one was reading is gone for that.
    const read = await this.knownRead(file);
    if (read) {
      await this.readings.end(file.id, reader, read);
      return undefined;
    }
    if (error instanceof ReaderKilled) return error;
    const failure = asFailure(error);
    if (failure) await this.fail(file.id, reader, failure);
    else await this.readings.letGo(file.id, reader, false);
    if (!failure && !isCode(error, 'unavailable')) throw error;
    return undefined;
  }

  private async fail(id: string, reader: string, failure: FileFailure): Promise<void> {
    if (await this.readings.fail(id, reader, failure)) this.metrics.readings.add({ outcome: 'failed' });
  }

  /** What was made of its content before, where that is still there. */
  private async knownRead(file: StoredFile): Promise<ContentRead | null> {
    const read = (await this.records.get(file.contentId))?.read;
    if (!read || (await this.contents.size(addressOf(file, read.shown))) === null) return null;
    // Its bytes as they came tell where a picture was taken: they go as soon as it is written anew.
    if (read.shown === 'original') await this.contents.drop(addressOf(file, 'upload'));
    return read;
  }

  private async readAnew(file: StoredFile): Promise<ContentRead> {
    const address = addressOf(file, 'upload');
    const size = await this.contents.size(address);
    const content = async () => {
      const opened = await this.contents.open(address);
      if (!opened) throw unreadable('damaged');
      return opened.bytes;
    };
    const made = await this.reader.read({ content, type: file.mediaType as FileType, userId: file.userId });
    const read = await this.store(file, made, size ?? file.size);
    await this.records.noteRead(file.contentId, read);
    if (read.shown === 'original') await this.contents.drop(address);
    return read;
  }

  private async store(file: StoredFile, made: ReadFile, size: number): Promise<ContentRead> {
    const put = (form: ContentAddress['form'], bytes: Buffer) =>
      this.contents.put(addressOf(file, form), Readable.from(bytes.length > 0 ? [bytes] : []));
    if (made.kind === 'document') {
      const { pages = null, pageStarts = null, truncated } = made;
      await put('text', Buffer.from(made.text));
      const nothing = { width: null, height: null, thumb: null, model: null };
      return { shown: 'upload', mediaType: file.mediaType, size, pages, pageStarts, truncated, ...nothing };
    }
    const { original, thumb, model } = made.forms;
    await put('original', original.bytes);
    await put('thumb', thumb.bytes);
    await put('model', model.bytes);
    const { mediaType, width, height, bytes } = original;
    return {
      ...{ shown: 'original', mediaType, size: bytes.length, width, height, pages: null },
      ...{ thumb: thumb.mediaType, model: model.mediaType, truncated: false, pageStarts: null },
    };
  }
}

function addressOf({ sha256, contentId }: StoredFile, form: ContentAddress['form']): ContentAddress {
  return { sha256, contentId, form };
}

type Reason = NonNullable<AppError<'file_unreadable'>['params']>['reason'];

function unreadable(reason: Reason): AppError {
  return new AppError('file_unreadable', 422, IN_WORDS, { params: { reason } });
}

function failureOf(reason: Reason): FileFailure {
  return { code: 'file_unreadable', title: IN_WORDS, params: { reason } };
}

/** Why the file itself can't be read; undefined where it may be at another time. */
function asFailure(error: unknown): FileFailure | undefined {
  if (isCode(error, 'file_unreadable')) return { code: error.code, title: error.detail, params: error.params };
  if (isCode(error, 'file_type_unsupported')) return { code: error.code, title: error.detail };
  return undefined;
}
