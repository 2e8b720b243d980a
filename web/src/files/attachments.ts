import { call } from '../api/client.js';
import { ApiError, isCode } from '../api/problem.js';
import type { FilePart, UploadedFile } from '../api/types.js';
import { upload } from '../api/upload.js';
import { randomKey } from '../chat/ids.js';
import { Store } from '../store.js';
import { pause } from '../streams/backoff.js';

/** A file that goes with the next question. */
export interface Attachment {
  key: string;
  name: string;
  /** By its name, until the server has looked into it. */
  mediaType: string;
  /** Bytes. */
  size: number;
  state: 'waiting' | 'sending' | 'reading' | 'ready' | 'failed';
  /** Bytes that have gone out. */
  sent: number;
  /** As the server has it; null: it does not yet. */
  part: FilePart | null;
  /** Why it `failed`. */
  error: unknown;
  /** Trying it again may help. */
  isRetryable: boolean;
  /** What is being sent, from this machine; null: it was sent before. */
  blob: Blob | null;
}

/** With one question. */
export const MOST_FILES = 10;
/** The server takes four at once of one person, of all their pages. */
const AT_ONCE = 3;
const READ_AGAIN_MS = 700;
/** Longer waits are for people to decide about. */
const MOST_AUTOMATIC_S = 60;

/** Sends files, a few at a time, and follows them until they have been read. */
export class Attachments {
  readonly store = new Store<readonly Attachment[]>([]);
  private readonly leaving = new Map<string, AbortController>();

  /** Of a question that has been asked before, or of a draft. */
  static of(parts: readonly FilePart[]): Attachments {
    const attachments = new Attachments();
    attachments.store.set(parts.map(attached));
    return attachments;
  }

  /** Returns how many were too many. */
  add(files: readonly File[]): number {
    const room = MOST_FILES - this.store.get().length;
    const added = files.slice(0, Math.max(0, room)).map((file): Attachment => ({
      ...{ key: randomKey(), name: file.name, mediaType: file.type, size: file.size },
      ...{ state: 'waiting', sent: 0, part: null, error: null, isRetryable: false, blob: file },
    }));
    this.store.update((all) => [...all, ...added]);
    this.sendNext();
    return files.length - added.length;
  }

  /** Those of an earlier visit that are still there. */
  async restore(ids: readonly string[]): Promise<void> {
    const found = await Promise.all(
      ids.map((id) =>
        call<{ file: UploadedFile }>('GET', `/api/files/${encodeURIComponent(id)}`).then(
          ({ file }) => file,
          () => null,
        ),
      ),
    );
    const files = found.filter((file) => file !== null);
    this.store.update((all) => [...files.map((file) => attached(partOf(file))), ...all].slice(0, MOST_FILES));
    for (const file of files) {
      const { key } = this.store.get().find(({ part }) => part?.fileId === file.id) ?? {};
      if (key !== undefined) void this.follow(key, file, this.begin(key));
    }
  }

  /** Takes one away, also while it is being sent. */
  remove(key: string): void {
    this.leaving.get(key)?.abort();
    this.leaving.delete(key);
    const gone = this.store.get().find((one) => one.key === key);
    this.store.update((all) => all.filter((one) => one.key !== key));
    // One that no message holds is in nobody's way; the server forgets it by itself, too.
    if (gone?.part && gone.blob) {
      void call('DELETE', `/api/files/${gone.part.fileId}`).catch(() => undefined);
    }
    this.sendNext();
  }

  retry(key: string): void {
    this.change(key, { state: 'waiting', sent: 0, part: null, error: null });
    this.sendNext();
  }

  /** Takes them all out: they go with a question now. */
  take(): FilePart[] {
    const parts = this.store.get().flatMap(({ part }) => (part ? [part] : []));
    this.store.set([]);
    for (const leaving of this.leaving.values()) leaving.abort();
    this.leaving.clear();
    return parts;
  }

  /** Puts back what was taken out for a question that is not asked after all. */
  putBack(parts: readonly FilePart[]): void {
    this.store.update((all) => [...parts.map(attached), ...all].slice(0, MOST_FILES));
  }

  private begin(key: string): AbortSignal {
    this.leaving.get(key)?.abort();
    const leaving = new AbortController();
    this.leaving.set(key, leaving);
    return leaving.signal;
  }

  private sendNext(): void {
    const all = this.store.get();
    const free = AT_ONCE - all.filter(({ state }) => state === 'sending').length;
    const next = all.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free));
    for (const attachment of next) void this.send(attachment);
  }

  private async send({ key, blob, name }: Attachment): Promise<void> {
    if (!blob) return;
    const signal = this.begin(key);
    this.change(key, { state: 'sending' });
    try {
      const file = await this.sendPatiently(key, blob, name, signal);
      this.change(key, { part: partOf(file), mediaType: file.mediaType, size: file.size, state: 'reading' });
      void this.follow(key, file, signal);
    } catch (error) {
      if (!signal.aborted) this.fail(key, error, !(error instanceof ApiError) || isPassing(error));
    }
    this.sendNext();
  }

  /** Where the server asks for a short wait, that is waited. */
  private async sendPatiently(key: string, blob: Blob, name: string, signal: AbortSignal): Promise<UploadedFile> {
    for (;;) {
      try {
        return await upload(blob, name, (sent) => this.change(key, { sent: Math.min(sent, blob.size) }), signal);
      } catch (error) {
        const { status, retryAfter } = error instanceof ApiError ? error : { status: 0, retryAfter: null };
        const isShort = (status === 429 || status === 503) && retryAfter !== null && retryAfter <= MOST_AUTOMATIC_S;
        if (!isShort) throw error;
        this.change(key, { sent: 0 });
        await pause(retryAfter * 1_000 + 200, signal);
      }
    }
  }

  /** Until it has been read, or can't be. */
  private async follow(key: string, first: UploadedFile, signal: AbortSignal): Promise<void> {
    let file = first;
    try {
      for (let looks = 1; file.state === 'processing'; looks++) {
        await pause(Math.min(READ_AGAIN_MS * looks, 5_000), signal);
        file = await this.look(file, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.fail(key, error, false);
      return;
    }
    const { code = 'file_unreadable', params } = file.error ?? {};
    if (file.state === 'failed') return this.fail(key, new ApiError(code, 422, '', null, [], params), false);
    this.change(key, { state: 'ready', part: partOf(file), mediaType: file.mediaType, size: file.size });
  }

  /** A connection that is away for a while changes nothing. */
  private async look(file: UploadedFile, signal: AbortSignal): Promise<UploadedFile> {
    try {
      return (await call<{ file: UploadedFile }>('GET', `/api/files/${file.id}`, { signal })).file;
    } catch (error) {
      if (signal.aborted || isCode(error, 'file_unknown') || !(error instanceof ApiError) || !isPassing(error)) {
        throw error;
      }
      return file;
    }
  }

  private fail(key: string, error: unknown, isRetryable: boolean): void {
    this.change(key, { state: 'failed', error, isRetryable });
  }

  private change(key: string, change: Partial<Attachment>): void {
    this.store.update((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));
  }
}

const isPassing = ({ status }: ApiError) => status === 0 || status === 408 || status === 429 || status >= 500;

export function partOf({ id, filename, mediaType, size, width, height }: UploadedFile): FilePart {
  return {
    ...{ type: 'file', fileId: id, filename, mediaType, size, url: `/api/files/${id}/content` },
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

function attached(part: FilePart): Attachment {
  return {
    ...{ key: part.fileId, name: part.filename, mediaType: part.mediaType, size: part.size, sent: part.size },
    ...{ state: 'ready', part, error: null, isRetryable: false, blob: null },
  };
}

/** Whether they can go with a question now. One that is still being read can: the server waits for it. */
export const areSendable = (all: readonly Attachment[]) =>
  all.every(({ state }) => state === 'ready' || state === 'reading');
