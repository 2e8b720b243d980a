/** How a value looks in the program | in a column of SQLite | in a document of MongoDB. */
type KindOf<T> = [T] extends [boolean]
  ? 'boolean' // true | 1 | true
  : [T] extends [Date]
    ? 'time' // Date | ms | Date
    : [T] extends [number]
      ? 'number' | 'stamp' // a stamp: ms | ms | Date
      : [T] extends [string]
        ? 'text'
        : 'json'; // object | its text | object

/** What is known of one field; all else follows from it. */
export interface Field<T = unknown> {
  kind: KindOf<NonNullable<T>>;
  /** Clients see it. */
  view?: true;
  /** People may change it. */
  patch?: true;
  /** Set when the record is made, and never after. */
  fixed?: true;
  /** Of a field that came after a release: what it is in a row, a document or a copy that was written without it. */
  absent?: T;
}

/** A record's fields, each once, in the order in which they are stored. The record is known by its `id`. */
export type Fields<T> = { readonly [K in keyof T]-?: Field<T[K]> };

/** A field of any record. */
export interface AnyField {
  kind: 'boolean' | 'time' | 'number' | 'stamp' | 'text' | 'json';
  view?: true;
  patch?: true;
  fixed?: true;
  absent?: unknown;
}
export type AnyFields = Readonly<Record<string, AnyField>>;

type Flag = 'view' | 'patch' | 'fixed' | 'absent';
/** Names of the fields that have it. */
export type Having<F, G extends Flag> = { [K in keyof F]: F[K] extends { [P in G]: unknown } ? K : never }[keyof F];

/** Names of the fields that have it, or of those that don't. */
export function namesWith<F extends AnyFields, G extends Flag>(fields: F, flag: G): Array<Having<F, G> & string> {
  return Object.keys(fields).filter((name) => flag in fields[name]) as Array<Having<F, G> & string>;
}

export function namesWithout<F extends AnyFields, G extends Flag>(
  fields: F,
  flag: G,
): Array<Exclude<keyof F, Having<F, G>> & string> {
  return Object.keys(fields).filter((name) => !(flag in fields[name])) as Array<
    Exclude<keyof F, Having<F, G>> & string
  >;
}

/** Some of the fields. */
export function only<F extends AnyFields, K extends keyof F & string>(fields: F, names: readonly K[]): Pick<F, K> {
  return Object.fromEntries(names.map((name) => [name, fields[name]])) as Pick<F, K>;
}

/** What a new record has in the fields that came after a release. */
export function absentValues<F extends AnyFields>(fields: F): { [K in Having<F, 'absent'>]: F[K]['absent'] } {
  const values = namesWith(fields, 'absent').map((name) => [name, fields[name].absent]);
  return Object.fromEntries(values) as { [K in Having<F, 'absent'>]: F[K]['absent'] };
}

/** A record as clients see it: its fields that are in the view, times as ISO 8601. */
export type View<T, F> = { [K in Having<F, 'view'> & keyof T]: T[K] extends Date ? string : T[K] };

export function viewOf<F extends AnyFields>(fields: F): <T extends object>(record: T) => View<T, F> {
  const names = namesWith(fields, 'view') as string[];
  return <T extends object>(record: T) => {
    const view: Record<string, unknown> = {};
    for (const name of names) {
      const value: unknown = record[name as keyof T];
      view[name] = value instanceof Date ? value.toISOString() : value;
    }
    return view as View<T, F>;
  };
}
