import type { Kind } from './kinds.js';

type Name = Kind<never>['name'];

/** So many are named one by one. */
const NAMED = 20;

/** What the operator is told besides numbers. A conflict is told of once, however often it is met. */
export class Report {
  private readonly conflicts = new Map<string, string>();
  private readonly deleted = new Set<string>();

  conflict(kind: Name, id: string, why: string): void {
    this.conflicts.set(`${kind} ${id}`, why);
  }

  hasConflict(kind: Name, id: string): boolean {
    return this.conflicts.has(`${kind} ${id}`);
  }

  /** It was deleted where it would have been copied to. */
  deletedThere(kind: Name, id: string): void {
    this.deleted.add(`${kind} ${id}`);
  }

  wasDeletedThere(kind: Name, id: string): boolean {
    return this.deleted.has(`${kind} ${id}`);
  }

  get isClean(): boolean {
    return this.conflicts.size === 0;
  }

  lines(): string[] {
    const lines: string[] = [];
    if (this.deleted.size > 0) {
      lines.push(`Deleted in MongoDB since they were copied, and not brought back: ${this.deleted.size}.`);
    }
    if (this.conflicts.size === 0) return lines;
    lines.push(`Not as in the file: ${this.conflicts.size}`);
    const named = [...this.conflicts].slice(0, NAMED);
    lines.push(...named.map(([what, why]) => `  ${what.replace(/^(\w+)s /, '$1 ')} ${why}`));
    if (this.conflicts.size > NAMED) lines.push(`  … and ${this.conflicts.size - NAMED} more`);
    return lines;
  }
}
