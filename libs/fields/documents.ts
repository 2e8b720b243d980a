import type { AnyField, AnyFields } from './fields.js';

/** A record as MongoDB has it: by `_id`, stamps as dates. `S`: which fields are stamps. */
export type DocumentOf<T extends { id: string }, S extends keyof T = never> = { _id: string } & Omit<T, 'id' | S> & {
    [K in S]: T[K] extends number ? Date : Date | null;
  };

/** What a query asks for, where it wants these fields and no others. */
export function projectionOf<F extends AnyFields>(fields: F): Record<Exclude<keyof F & string, 'id'>, 1> {
  const names = Object.keys(fields).filter((name) => name !== 'id');
  return Object.fromEntries(names.map((name) => [name, 1])) as Record<Exclude<keyof F & string, 'id'>, 1>;
}

/** Makes records of documents. Once for each collection, because each document goes through it. */
export function fromDocument<T>(fields: AnyFields): (doc: object) => T {
  const steps = Object.entries(fields).map(([name, field]) => ({ name, key: keyOf(name), read: reader(field) }));
  return (doc) => {
    const record: Record<string, unknown> = {};
    for (const { name, key, read } of steps) {
      const value = doc[key as keyof object];
      record[name] = read ? read(value) : value;
    }
    return record as T;
  };
}

export function toDocument<T, D>(fields: AnyFields): (record: T) => D {
  const steps = Object.entries(fields).map(([name, { kind }]) => ({
    name,
    key: keyOf(name),
    isStamp: kind === 'stamp',
  }));
  return (record) => {
    const doc: Record<string, unknown> = {};
    for (const { name, key, isStamp } of steps) {
      const value = record[name as keyof T] as unknown;
      doc[key] = isStamp && value !== null ? new Date(value as number) : value;
    }
    return doc as D;
  };
}

/** The types that a schema declares. */
export function typesOf(fields: AnyFields): Record<string, { type: unknown }> {
  return Object.fromEntries(Object.entries(fields).map(([name, { kind }]) => [keyOf(name), { type: TYPES[kind] }]));
}

const TYPES: Record<AnyField['kind'], unknown> = {
  ...{ boolean: Boolean, time: Date, stamp: Date, number: Number, text: String, json: Object },
};

function keyOf(name: string): string {
  return name === 'id' ? '_id' : name;
}

function reader(field: AnyField): ((value: unknown) => unknown) | undefined {
  if (field.kind === 'stamp') return (value) => (value as Date | null | undefined)?.getTime() ?? null;
  return 'absent' in field ? (value) => value ?? field.absent : undefined;
}
