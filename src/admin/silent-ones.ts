import type { Instance } from '../../libs/cluster/index.js';
import type { ListedInstance } from '../contract/admin.js';

/** A page waits no longer for an instance that hangs. */
export const WAIT_MS = 1000;

/** What the list of instances says of those that did not answer. */
export function silentOnes(instances: Instance[], silent: string[]): ListedInstance[] {
  return instances
    .filter(({ id }) => silent.includes(id))
    .map(({ id, pid, version, startedAt, draining }) => {
      return { instance: id, pid, version, startedAt: new Date(startedAt).toISOString(), draining };
    });
}
