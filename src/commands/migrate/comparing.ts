import type { mongo } from 'mongoose';
import { Checksum, digest, markOf } from './content.js';
import type { Copied, Kind } from './kinds.js';
import type { Report } from './report.js';

/**
 * Reads one kind again on both sides and compares it document by document. What people have changed or deleted in MongoDB
 * since it was copied is counted by itself, and is in neither checksum.
 */
export class Comparing<T extends Copied> {
  readonly here = new Checksum();
  readonly there = new Checksum();
  changedThere = 0;

  constructor(
    private readonly kind: Kind<T>,
    private readonly sourceId: string,
    private readonly report: Report,
  ) {}

  async compare(docs: T[]): Promise<void> {
    const { kind } = this;
    const found = new Map<string, T>();
    for (const [collection, some] of kind.place(docs)) {
      const filter = { _id: { $in: some.map(({ _id }) => _id) } } as mongo.Filter<T>;
      const there = (await collection.run((c) => c.find(filter, { projection: { tokens: 0 } }).toArray())) as T[];
      for (const doc of there) found.set(doc._id, doc);
    }
    for (const doc of docs) this.compareOne(doc, found.get(doc._id));
  }

  /** Whether both sides hold the same. */
  get isSame(): boolean {
    return this.here.equals(this.there);
  }

  line(): string {
    const { here, there, changedThere, kind } = this;
    const counts = `${kind.name}: ${here.count.toLocaleString('en')} in the file, ${there.count.toLocaleString('en')} in MongoDB`;
    const sums = this.isSame
      ? `checksum ${here.toString()} on both sides`
      : `checksums ${here.toString()} and ${there.toString()} DIFFER`;
    const changed = changedThere > 0 ? `; ${changedThere.toLocaleString('en')} more changed in MongoDB since` : '';
    return `${counts}, ${sums}${changed}`;
  }

  private compareOne(here: T, there: T | undefined): void {
    const { kind, report } = this;
    if (report.wasDeletedThere(kind.name, here._id)) return;
    const content = digest(here, kind.fields, kind.later);
    if (!there) {
      this.here.add(content);
      this.differs(here._id, 'is missing');
      return;
    }
    const contentThere = digest(there, kind.fields, kind.later);
    const isCopy = there.migrated === markOf(this.sourceId, content);
    if (isCopy && !contentThere.equals(content) && kind.mayHaveBecome(there, here)) {
      this.changedThere++;
      return;
    }
    this.here.add(content);
    this.there.add(contentThere);
    if (!contentThere.equals(content)) this.differs(here._id, 'differs');
  }

  private differs(id: string, how: string): void {
    if (!this.report.hasConflict(this.kind.name, id)) this.report.conflict(this.kind.name, id, how);
  }
}
