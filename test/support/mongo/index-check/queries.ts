import type { Doc } from '../../../mongo-stand-in/src/wire/bson.js';
import { queriesOfPipeline } from './pipelines.js';

/** One look for documents: what a command asks of one collection. */
export interface Query {
  collection: string;
  /** The command's name; of a stage, its name. */
  by: string;
  filter: Doc;
  sort: Doc;
}

/** All that a command looks for: nothing for an insert, several for a bulk write. */
export function queriesOf(name: string, command: Doc): Query[] {
  const query = (filter: Doc | undefined, sort?: Doc | Map<string, unknown>): Query => ({
    collection: command[name],
    by: name,
    filter: filter ?? {},
    sort: sort instanceof Map ? Object.fromEntries(sort) : (sort ?? {}), // the driver makes a Map of it
  });
  switch (name) {
    case 'find':
      return [query(command.filter, command.sort)];
    case 'findAndModify':
      return [query(command.query, command.sort)];
    case 'count':
      // Without a filter it is the collection's own counter.
      return Object.keys(command.query ?? {}).length ? [query(command.query)] : [];
    case 'distinct':
      return [query(command.query, Object.keys(command.query ?? {}).length ? {} : { [command.key]: 1 })];
    case 'update':
      return command.updates.map(({ q, sort }: Doc) => query(q, sort));
    case 'delete':
      return command.deletes.map(({ q }: Doc) => query(q));
    case 'aggregate':
      return typeof command.aggregate === 'string' ? queriesOfPipeline(command.aggregate, command.pipeline) : [];
    default:
      return [];
  }
}

/** The same command, asking for one of its statements only, as `explain` takes it. */
export function explainable(name: string, command: Doc): Doc[] {
  const generic = ['lsid', 'txnNumber', '$db', '$clusterTime', '$readPreference', 'readConcern', 'writeConcern'];
  const transaction = ['autocommit', 'startTransaction', 'ordered', 'bypassDocumentValidation', 'maxTimeMS'];
  const own = Object.entries(command).filter(([field]) => ![...generic, ...transaction].includes(field));
  const plain: Doc = Object.fromEntries(own);
  if (name === 'update') return plain.updates.map((statement: Doc) => ({ ...plain, updates: [statement] }));
  if (name === 'delete') return plain.deletes.map((statement: Doc) => ({ ...plain, deletes: [statement] }));
  return queriesOf(name, command).length ? [name === 'aggregate' ? { ...plain, cursor: {} } : plain] : [];
}
