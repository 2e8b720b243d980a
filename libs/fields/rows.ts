import type { AnyField, AnyFields } from './fields.js';

/** A row that was read. */
export type Row = Record<string, unknown>;
export type SqlValue = string | number | null;

/** Where a field is kept: `dueAt` in `due_at`. */
export function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * `m.id, m.due_at AS dueAt, …` for a SELECT. `there`: the columns that an older file has, where it may be one; what it
 * lacks is read as null.
 */
export function columnsOf(fields: AnyFields, alias: string, there?: ReadonlySet<string>): string {
  return Object.keys(fields)
    .map((name) => [name, columnOf(name)])
    .map(([name, column]) => [name, there && !there.has(column) ? 'NULL' : `${alias}.${column}`])
    .map(([name, value]) => `${value} AS ${name}`)
    .join(', ');
}

/** An INSERT of a whole row; its values are those of `valuesOf`. */
export function insertInto(table: string, fields: AnyFields): string {
  const columns = Object.keys(fields).map(columnOf);
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

/** `text = ?, due_at = ?, …` of an UPDATE; its values are those of `valuesOf`. */
export function assignments(fields: AnyFields): string {
  return Object.keys(fields)
    .map((name) => `${columnOf(name)} = ?`)
    .join(', ');
}

/** Makes a row that was read with `columnsOf` the record itself, in place. Made once: each row goes through it. */
export function fromRow<T>(fields: AnyFields): (row: Row) => T {
  const steps = Object.entries(fields).flatMap(([name, field]) => {
    const read = reader(field);
    return read ? [{ name, read }] : [];
  });
  return (row) => {
    for (const { name, read } of steps) row[name] = read(row[name]);
    return row as T;
  };
}

/** The values of a record in the order of its fields, as SQLite takes them. */
export function valuesOf<T>(fields: AnyFields): (record: T) => SqlValue[] {
  const steps = Object.entries(fields).map(([name, field]) => ({ name: name as keyof T, write: writers[field.kind] }));
  return (record) => steps.map(({ name, write }) => (write ? write(record[name]) : (record[name] as SqlValue)));
}

type Step<R> = (value: unknown) => R;

const readers: Record<AnyField['kind'], Step<unknown> | undefined> = {
  boolean: (value) => value === 1,
  time: (value) => (value === null ? null : new Date(value as number)),
  json: (value) => (value === null ? null : (JSON.parse(value as string) as unknown)),
  ...{ stamp: undefined, number: undefined, text: undefined },
};

function reader(field: AnyField): Step<unknown> | undefined {
  const read = readers[field.kind];
  if (!('absent' in field) || field.absent === null) return read;
  return (value) => (value === null ? field.absent : read ? read(value) : value);
}

const writers: Record<AnyField['kind'], Step<SqlValue> | undefined> = {
  boolean: (value) => (value ? 1 : 0),
  time: (value) => (value === null ? null : (value as Date).getTime()),
  json: (value) => (value === null ? null : JSON.stringify(value)),
  ...{ stamp: undefined, number: undefined, text: undefined },
};
