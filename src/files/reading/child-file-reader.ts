import { createReadStream } from 'node:fs';
import { Logger } from '@nestjs/common';
import { AppError, isCode } from '../../../libs/errors/index.js';
import { FileReader, type FileToRead, type ReadFile, ReaderKilled } from './file-reader.js';
import { LARGEST_FILE } from './limits.js';
import { framesAfter, readFile } from './reader-answer.js';
import { type ReaderLimits, ReaderProcess } from './reader-process.js';
import { BUILT_READER, type ReaderScript } from './reader-script.js';
import { ReadingLine } from './reading-line.js';
import { unavailable, unreadable } from './refusals.js';

export interface ChildFileReaderOptions {
  /** Pictures with more are refused before they are decoded. */
  maxPixels: number;
  script?: ReaderScript;
  limits?: ReaderLimits;
  /** A process that has read so many is replaced: what its libraries have lost of memory is back. */
  filesOfOne?: number;
  /** One that has had nothing to do for so long is ended, ms. */
  idleMs?: number;
}

const LIMITS: ReaderLimits = { ms: 60_000, memoryBytes: 512 * 1024 * 1024 };
const FILES_OF_ONE = 100;
const IDLE_MS = 5 * 60_000;
/** Of one person, and of all. */
const MOST_WAITING = { ofOne: 200, inAll: 2000 };

/** Reads in one process besides this one, which is there from the first file on and as long as there is something to do. */
export class ChildFileReader extends FileReader {
  private readonly log = new Logger(ChildFileReader.name);
  private readonly line = new ReadingLine(MOST_WAITING.ofOne, MOST_WAITING.inAll, () => unavailable());
  private process: ReaderProcess | null = null;
  private idle: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly options: ChildFileReaderOptions) {
    super();
  }

  /** Of the process that reads, where there is one. */
  get pid(): number | undefined {
    return this.process?.pid;
  }

  override read(file: FileToRead): Promise<ReadFile> {
    return this.line.take(file.userId, async () => {
      clearTimeout(this.idle);
      try {
        const content = await contentOf(file);
        return await this.readIn(await this.running(), file, content);
      } finally {
        await this.settle();
      }
    });
  }

  override async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.idle);
    this.line.close();
    await this.dismiss();
  }

  private async running(): Promise<ReaderProcess> {
    if (this.process?.isAlive) return this.process;
    try {
      this.process = await ReaderProcess.start(this.options.script ?? BUILT_READER, this.options.limits ?? LIMITS);
    } catch (error) {
      this.log.error(`Files can't be read, their process does not start: ${String(error)}`);
      throw unavailable(error);
    }
    const { process } = this;
    // Somebody closed it meanwhile.
    if (this.closed) await this.dismiss();
    return process;
  }

  private async readIn(process: ReaderProcess, file: FileToRead, content: Buffer): Promise<ReadFile> {
    const { maxPixels } = this.options;
    try {
      const frames = await process.read({ type: file.type, maxPixels }, content, framesAfter);
      return readFile(file, frames, maxPixels);
    } catch (error) {
      if (this.closed) throw unavailable(error);
      if (isCode(error, 'unavailable')) this.log.error(`Files can't be read: ${String(error.cause)}`);
      if (error instanceof AppError) throw error;
      await this.dismiss();
      this.log.warn(`A file was not read: ${String(error)}`);
      if (error instanceof ReaderKilled) throw error;
      throw new ReaderKilled('damaged', String(error));
    }
  }

  private async settle(): Promise<void> {
    if (this.process && this.process.files >= (this.options.filesOfOne ?? FILES_OF_ONE)) await this.dismiss();
    if (this.closed || !this.process) return;
    this.idle = setTimeout(() => void this.dismiss(), this.options.idleMs ?? IDLE_MS);
    this.idle.unref();
  }

  private async dismiss(): Promise<void> {
    const { process } = this;
    this.process = null;
    await process?.stop();
  }
}

async function contentOf({ content }: FileToRead): Promise<Buffer> {
  const stream = typeof content === 'string' ? createReadStream(content) : await content();
  const chunks: Buffer[] = [];
  let length = 0;
  // Left early, the stream is destroyed.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LARGEST_FILE) throw unreadable('too_big');
  }
  return Buffer.concat(chunks);
}
