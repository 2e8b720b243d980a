import type { ContentRecord, StoredFile } from '../file.js';
import type { Step } from '../file-rules.js';

export interface Reserved {
  bytes: number;
  touchedAt: number;
}

/** What the memory adapters of this feature share. Limit: one process; what is kept ends with it. */
export class FileMemory {
  readonly files = new Map<string, StoredFile>();
  readonly contents = new Map<string, ContentRecord>();
  /** By user, then by file. */
  readonly reserved = new Map<string, Map<string, Reserved>>();

  ofUser(userId: string): StoredFile[] {
    return [...this.files.values()].filter((file) => file.userId === userId);
  }

  /** Does what a rule says of a file. */
  apply<T>(id: string, rule: (file: StoredFile | undefined) => Step<T>): T {
    const { change, result } = rule(this.files.get(id));
    if (change) this.put(change);
    return structuredClone(result);
  }

  put(file: StoredFile): void {
    this.files.set(file.id, structuredClone(file));
  }

  hasFile(contentId: string): boolean {
    return [...this.files.values()].some((file) => file.contentId === contentId);
  }
}

export function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
