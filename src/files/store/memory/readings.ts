import type { ContentRead, FileFailure, StoredFile } from '../file.js';
import { claim, end, fail, isUnread, letGo, touch } from '../file-rules.js';
import { type ReadingClaim, Readings } from '../readings.js';
import { byId, type FileMemory } from './file-memory.js';

export class MemoryReadings extends Readings {
  constructor(private readonly memory: FileMemory) {
    super();
  }

  async claim(id: string, reader: string, staleMs: number): Promise<ReadingClaim> {
    return this.memory.apply(id, (file) => claim(file, reader, staleMs, Date.now()));
  }

  async touch(id: string, reader: string): Promise<boolean> {
    return this.memory.apply(id, (file) => touch(file, reader, Date.now()));
  }

  async letGo(id: string, reader: string, killed: boolean): Promise<void> {
    this.memory.apply(id, (file) => letGo(file, reader, killed, Date.now()));
  }

  async end(id: string, reader: string, read: ContentRead): Promise<StoredFile | null> {
    return this.memory.apply(id, (file) => end(file, reader, read));
  }

  async fail(id: string, reader: string, failure: FileFailure): Promise<StoredFile | null> {
    return this.memory.apply(id, (file) => fail(file, reader, failure));
  }

  async unread(staleMs: number, limit: number): Promise<StoredFile[]> {
    const files = [...this.memory.files.values()].filter((file) => isUnread(file, staleMs, Date.now()));
    return structuredClone(files.sort(byId).slice(0, limit));
  }

  async waiting(): Promise<number> {
    return [...this.memory.files.values()].filter(({ state, deleting }) => state === 'processing' && !deleting).length;
  }
}
