import { STAND_IN_NAME } from './choice.js';
import { DatabaseNames } from './database-names.js';
import type { MongoControl, MongoEngine } from './engine.js';
import { ReplicaSet, type ReplicaSetOptions } from '../../mongo-stand-in/src/cluster/replica-set.js';

/** How long a dying primary still works without being heard: long enough to lose answers of writes it has made. */
const UNANSWERED_MS = 15;

/** The stand-in, with what only it can do: `set` reaches into it. */
export interface StandInEngine extends MongoEngine {
  readonly set: ReplicaSet;
  readonly control: MongoControl;
}

export async function startStandIn(options?: ReplicaSetOptions): Promise<StandInEngine> {
  const set = await ReplicaSet.start(options);
  const names = new DatabaseNames();
  return {
    kind: 'stand-in',
    name: STAND_IN_NAME,
    uri: set.uri,
    supports: { failPoints: true, explain: false, nodes: set.nodes.length },
    control: controlOf(set),
    set,
    newDatabase: () => names.next(),
    stop: () => set.stop(),
  };
}

function controlOf(set: ReplicaSet): MongoControl {
  return {
    async killPrimary() {
      await set.kill(await set.untilPrimary(), UNANSWERED_MS);
    },
    async killAll() {
      await Promise.all(set.running.map((node) => set.kill(node)));
    },
    async restart() {
      for (const node of set.nodes) await set.restart(node);
      await set.untilPrimary();
    },
    stepDown: () => set.stepDown(),
  };
}
