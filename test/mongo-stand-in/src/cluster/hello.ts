import { Long, ObjectId } from 'bson';
import type { Doc } from '../wire/bson.js';
import type { Node } from './node.js';

/** The wire version of MongoDB 7.0, whose commands the stand-in follows. */
const WIRE_VERSION = 21;

/** What a node says of itself and of the set. */
export function hello(node: Node): Doc {
  const { set } = node;
  const term = Long.fromNumber(set.term);
  const now = set.store.clock.now();
  const opTime = { ts: set.store.clock.operationTime, t: term };
  return {
    helloOk: true,
    topologyVersion: node.topologyVersion,
    hosts: set.nodes.map(({ address }) => address),
    setName: set.name,
    setVersion: 1,
    ismaster: node.isPrimary,
    isWritablePrimary: node.isPrimary,
    secondary: !node.isPrimary,
    ...(set.primary && { primary: set.primary.address }),
    me: node.address,
    ...(node.isPrimary && { electionId: new ObjectId(`7fffffff${set.term.toString(16).padStart(16, '0')}`) }),
    lastWrite: {
      opTime,
      lastWriteDate: new Date(now.getTime() - (node.isPrimary ? 0 : set.store.lagMs)),
      majorityOpTime: opTime,
      majorityWriteDate: now,
    },
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: now,
    logicalSessionTimeoutMinutes: 30,
    connectionId: 1,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  };
}
