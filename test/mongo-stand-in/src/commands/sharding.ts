import { ServerError } from '../errors.js';
import { equalitiesOf } from '../query/equalities.js';
import type { Doc } from '../wire/bson.js';

/** What `deploy/mongo/shard.mjs` shards, and by which field. */
export const SHARDED = { names: /^(conversations|messages(_\d{4}_\d{2})?)$/, key: 'userId' };

/**
 * Refuses an upsert that does not say on which shard: a sharded cluster does, as long as the collection lies on one shard
 * (https://jira.mongodb.org/browse/SERVER-106069). Nothing else is sharded here, so that every test minds it.
 */
export function requireShardKey(name: string, filter: Doc): void {
  if (!SHARDED.names.test(name) || equalitiesOf(filter).get(SHARDED.key)?.length === 1) return;
  throw new ServerError('ShardKeyNotFound', `Failed to target upsert by query :: could not extract exact shard key`);
}
