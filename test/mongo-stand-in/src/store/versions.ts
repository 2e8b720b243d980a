import type { Doc } from '../wire/bson.js';

interface Version {
  /** Null: deleted. */
  doc: Doc | null;
  sequence: number;
  previous?: Version;
}

/** The versions of a collection's documents. Old ones are kept only while somebody may still read them. */
export class Versions {
  private readonly newest = new Map<string, Version>();
  private readonly withHistory = new Map<string, number>();

  keys(): Iterable<string> {
    return this.newest.keys();
  }

  /** Documents that were other ones in a state that may still be read. */
  changed(): Iterable<string> {
    return this.withHistory.keys();
  }

  /** How many documents there are now. */
  get size(): number {
    let deleted = 0;
    for (const key of this.withHistory.keys()) if (this.newest.get(key)?.doc === null) deleted++;
    return this.newest.size - deleted;
  }

  /** The document as it was at that point; null where it was not there. */
  at(key: string, sequence: number): Doc | null {
    let version = this.newest.get(key);
    while (version && version.sequence > sequence) version = version.previous;
    return version?.doc ?? null;
  }

  /** When the document last changed. */
  sequenceOf(key: string): number {
    return this.newest.get(key)?.sequence ?? 0;
  }

  set(key: string, doc: Doc | null, sequence: number, keepHistory: boolean): void {
    if (!keepHistory) {
      this.withHistory.delete(key);
      if (doc) this.newest.set(key, { doc, sequence });
      else this.newest.delete(key);
      return;
    }
    this.newest.set(key, { doc, sequence, previous: this.newest.get(key) });
    this.withHistory.set(key, sequence);
  }

  /** Forgets what nobody reads who sees everything up to this point. */
  prune(sequence: number): void {
    for (const [key, changedAt] of this.withHistory) {
      if (changedAt > sequence) continue;
      this.withHistory.delete(key);
      const version = this.newest.get(key)!;
      if (version.doc === null) this.newest.delete(key);
      else version.previous = undefined;
    }
  }
}
