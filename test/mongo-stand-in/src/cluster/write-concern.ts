import { setTimeout as sleep } from 'node:timers/promises';
import { CODES } from '../errors.js';
import { toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';
import type { ReplicaSet } from './replica-set.js';

const POLL_MS = 5;
const LONGEST_WAIT_MS = 60_000;

const concernError = (codeName: 'UnsatisfiableWriteConcern' | 'WriteConcernTimeout', errmsg: string, errInfo: Doc) => ({
  writeConcernError: { code: CODES[codeName], codeName, errmsg, errInfo },
});

/** Holds a write's reply back until enough nodes have it. Nodes that are up have everything. */
export async function awaitConcern(set: ReplicaSet, command: Doc, reply: Doc): Promise<Doc> {
  const wanted = nodesFor(command.writeConcern?.w ?? 'majority', set.nodes.length);
  if (wanted > set.nodes.length) {
    return { ...reply, ...concernError('UnsatisfiableWriteConcern', 'Not enough data-bearing nodes', {}) };
  }
  const until = Date.now() + (toNumber(command.writeConcern?.wtimeout) || LONGEST_WAIT_MS);
  while (set.running.length < wanted) {
    if (Date.now() >= until) {
      const words = 'waiting for replication timed out';
      return { ...reply, ...concernError('WriteConcernTimeout', words, { wtimeout: true }) };
    }
    await sleep(POLL_MS);
  }
  return reply;
}

const nodesFor = (w: unknown, size: number): number =>
  w === 'majority' ? Math.floor(size / 2) + 1 : (toNumber(w) ?? 1);
