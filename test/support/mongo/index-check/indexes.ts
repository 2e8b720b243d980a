import type { Connection } from 'mongoose';

/** An index as an adapter declares it. */
export interface DeclaredIndex {
  key: Record<string, number | string>;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: Record<string, unknown>;
}

/** By the collection's name. `_id` needs no declaration. */
export type DeclaredIndexes = Record<string, DeclaredIndex[]>;

/** What the models of a connection declare. */
export function declaredBy(connection: Connection): DeclaredIndexes {
  const declared: DeclaredIndexes = {};
  for (const { collection, schema } of Object.values(connection.models)) {
    declared[collection.name] = schema.indexes().map(([key, options]) => ({ ...options, key }) as DeclaredIndex);
  }
  return declared;
}
