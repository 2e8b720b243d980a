import { toNumber } from '../values/order.js';
import { ServerError } from '../errors.js';
import { compileFilter } from '../query/filter.js';
import type { DocTest } from '../query/options.js';
import { foldOf } from '../values/collation.js';
import { indexedValues } from '../values/documents.js';
import { keyOf } from '../values/keys.js';
import type { Doc } from '../wire/bson.js';
import { MultiMap } from './multi-map.js';

const SEPARATOR = '\u0000';

/** One index: which documents have which key. It answers equality; ranges and sorts are worked out by looking. */
export class HashIndex {
  readonly fields: string[];
  readonly unique: boolean;
  readonly partial: DocTest | undefined;
  private readonly fold: ((text: string) => string) | undefined;
  private readonly whole = new MultiMap();
  private readonly leading = new MultiMap();

  constructor(public spec: Doc) {
    this.fields = Object.keys(spec.key);
    this.unique = spec.unique === true;
    this.fold = foldOf(spec.collation);
    this.partial = spec.partialFilterExpression && compileFilter(spec.partialFilterExpression);
  }

  get name(): string {
    return this.spec.name;
  }

  /** Seconds after which a document goes; undefined where the index does not expire anything. */
  get expireAfterSeconds(): number | undefined {
    return toNumber(this.spec.expireAfterSeconds);
  }

  /** The document's keys: none where the index leaves it out, several where an array makes the index multikey. */
  keysOf(doc: Doc): string[] {
    return this.rowsOf(doc).map((row) => row.join(SEPARATOR));
  }

  private rowsOf(doc: Doc): string[][] {
    if (this.partial && !this.partial(doc)) return [];
    const values = this.fields.map((field) => indexedValues(doc, field));
    if (this.spec.sparse && values.every((list) => list.every((value) => value === undefined))) return [];
    if (values.filter((list) => list.length > 1).length > 1) {
      throw new ServerError('CannotIndexParallelArrays', `cannot index parallel arrays [${this.fields.join('] [')}]`);
    }
    return values.reduce<string[][]>(
      (rows, list) => {
        const keys = new Set(list.map((value) => keyOf(value, this.fold)));
        return rows.flatMap((row) => [...keys].map((key) => [...row, key]));
      },
      [[]],
    );
  }

  add(id: string, doc: Doc): void {
    for (const row of this.rowsOf(doc)) {
      this.whole.add(row.join(SEPARATOR), id);
      this.leading.add(row[0], id);
    }
  }

  remove(id: string, doc: Doc): void {
    for (const row of this.rowsOf(doc)) {
      this.whole.remove(row.join(SEPARATOR), id);
      this.leading.remove(row[0], id);
    }
  }

  /** Whether both documents have the same keys, as far as that can be seen cheaply: most updates change few fields. */
  isSame(before: Doc, after: Doc): boolean {
    return (
      !this.partial && this.fields.every((field) => isEqual(indexedValues(before, field), indexedValues(after, field)))
    );
  }

  /** Documents under a whole key. */
  idsOf(key: string): string[] {
    return this.whole.get(key);
  }

  /** Documents that can match these equalities, by the whole key or by its first field; undefined: can't tell. */
  candidates(equalities: Map<string, unknown[]>): string[] | undefined {
    const first = equalities.get(this.fields[0]);
    if (!first || this.partial || this.fold) return undefined;
    if (this.spec.sparse && first.some((value) => value === null || value === undefined)) return undefined;
    if (!this.fields.every((field) => equalities.has(field))) return this.leading.all(first.map((v) => keyOf(v)));
    const keys = this.fields.reduce<string[]>((found, field, position) => {
      const own = equalities.get(field)!.map((value) => keyOf(value));
      return position === 0 ? own : found.flatMap((key) => own.map((part) => key + SEPARATOR + part));
    }, []);
    return this.whole.all(keys);
  }
}

function isEqual(before: unknown[], after: unknown[]): boolean {
  return before.length === after.length && before.every((value, i) => value === after[i]);
}
