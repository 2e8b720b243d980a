import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import type { StoredFile } from '../file.js';
import { FileRows, type Hold } from '../file-rows.js';
import { hold, markDeleting, without } from '../file-rules.js';
import { CONTENT_REST_MS } from '../content-records.js';
import { byId, type FileMemory } from './file-memory.js';

export class MemoryFileRows extends FileRows {
  constructor(private readonly memory: FileMemory) {
    super();
  }

  async get(userId: string, id: string): Promise<StoredFile | null> {
    const file = this.memory.files.get(id);
    return file?.userId === userId && !file.deleting ? structuredClone(file) : null;
  }

  async list(userId: string, { limit, cursor }: PageRequest): Promise<Page<StoredFile>> {
    const [before] = cursor ? decodeCursor(cursor, ['string']) : [undefined];
    const files = this.memory
      .ofUser(userId)
      .filter(({ id, deleting }) => !deleting && (before === undefined || id < before))
      .sort((a, b) => byId(b, a));
    return structuredClone(toPage(files.slice(0, limit + 1), limit, ({ id }) => [id]));
  }

  async hold(userId: string, id: string, holder: string): Promise<Hold> {
    return this.memory.apply(id, (file) => hold(file, userId, holder, Date.now()));
  }

  async dropHolders(holders: string[], last: 'delete' | 'keep'): Promise<void> {
    const dropped = new Set(holders);
    this.drop((holder) => dropped.has(holder), last);
  }

  async dropHoldersUnder(prefix: string): Promise<void> {
    this.drop((holder) => holder.startsWith(prefix), 'delete');
  }

  async unchecked(limit: number): Promise<StoredFile[]> {
    const due = [...this.memory.files.values()].filter(({ checkAt }) => checkAt !== null && checkAt <= Date.now());
    return structuredClone(due.sort((a, b) => a.checkAt! - b.checkAt!).slice(0, limit));
  }

  async noteChecked(id: string, checkAt: number): Promise<void> {
    const file = this.memory.files.get(id);
    if (file?.checkAt === checkAt) this.memory.put({ ...file, checkAt: null });
  }

  async markDeleting(userId: string, id: string): Promise<'marked' | 'held' | 'absent'> {
    return this.memory.apply(id, (file) => markDeleting(file, userId));
  }

  async markUnheld(olderThanMs: number, limit: number): Promise<number> {
    const before = Date.now() - olderThanMs;
    const found = [...this.memory.files.values()].filter(
      ({ holders, deleting, createdAt }) => holders.length === 0 && !deleting && createdAt.getTime() <= before,
    );
    for (const file of found.slice(0, limit)) this.memory.put({ ...file, deleting: true });
    return Math.min(found.length, limit);
  }

  async markAllOf(userId: string): Promise<void> {
    for (const file of this.memory.ofUser(userId)) this.memory.put({ ...file, deleting: true, checkAt: null });
  }

  async deleting(limit: number, userId?: string): Promise<StoredFile[]> {
    const files = userId === undefined ? [...this.memory.files.values()] : this.memory.ofUser(userId);
    return structuredClone(files.filter(({ deleting }) => deleting).slice(0, limit));
  }

  async remove(id: string): Promise<void> {
    const file = this.memory.files.get(id);
    if (!file?.deleting) return;
    this.memory.files.delete(id);
    const content = this.memory.contents.get(file.contentId);
    if (content) content.dueAt = Date.now() + CONTENT_REST_MS;
  }

  async all({ limit, cursor }: PageRequest): Promise<Page<StoredFile>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const files = [...this.memory.files.values()].filter(({ id }) => id > after).sort(byId);
    return structuredClone(toPage(files.slice(0, limit + 1), limit, ({ id }) => [id]));
  }

  private drop(isDropped: (holder: string) => boolean, last: 'delete' | 'keep'): void {
    for (const file of [...this.memory.files.values()]) {
      const left = without(file, isDropped, last);
      if (left) this.memory.put(left);
    }
  }
}
