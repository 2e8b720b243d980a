import { decodeCursor, type Page, type PageRequest, toPage } from '../../../../libs/paging/index.js';
import { CONTENT_REST_MS, ContentRecords } from '../content-records.js';
import type { ContentRead, ContentRecord } from '../file.js';
import { byId, type FileMemory } from './file-memory.js';

export class MemoryContentRecords extends ContentRecords {
  private restsUntil = 0;

  constructor(private readonly memory: FileMemory) {
    super();
  }

  async open(sha256: string, newId: string): Promise<ContentRecord> {
    const standing = this.kept().find((content) => content.sha256 === sha256 && !content.deleting);
    const content = standing ?? { id: newId, sha256, deleting: false, dueAt: null, read: null };
    content.dueAt = Date.now() + CONTENT_REST_MS;
    this.memory.contents.set(content.id, content);
    return structuredClone(content);
  }

  async get(id: string): Promise<ContentRecord | null> {
    return structuredClone(this.memory.contents.get(id) ?? null);
  }

  async noteRead(id: string, read: ContentRead): Promise<void> {
    const content = this.memory.contents.get(id);
    if (content) content.read = structuredClone(read);
  }

  async due(limit: number): Promise<ContentRecord[]> {
    const now = Date.now();
    const due = this.kept().filter(({ deleting, dueAt }) => !deleting && dueAt !== null && dueAt <= now);
    return structuredClone(due.sort((a, b) => a.dueAt! - b.dueAt!).slice(0, limit));
  }

  async beginRemoval(id: string, dueAt: number): Promise<boolean> {
    const content = this.memory.contents.get(id);
    if (!content || content.deleting || content.dueAt !== dueAt || Date.now() < this.restsUntil) return false;
    content.deleting = !this.memory.hasFile(id);
    content.dueAt = null;
    return content.deleting;
  }

  async leaving(limit: number): Promise<ContentRecord[]> {
    return structuredClone(
      this.kept()
        .filter(({ deleting }) => deleting)
        .slice(0, limit),
    );
  }

  async endRemoval(id: string): Promise<void> {
    if (this.memory.contents.get(id)?.deleting) this.memory.contents.delete(id);
  }

  async rest(ms: number): Promise<void> {
    this.restsUntil = Date.now() + ms;
  }

  async all({ limit, cursor }: PageRequest): Promise<Page<ContentRecord>> {
    const [after] = cursor ? decodeCursor(cursor, ['string']) : [''];
    const contents = this.kept()
      .filter(({ id }) => id > after)
      .sort(byId);
    return structuredClone(toPage(contents.slice(0, limit + 1), limit, ({ id }) => [id]));
  }

  private kept(): ContentRecord[] {
    return [...this.memory.contents.values()];
  }
}
