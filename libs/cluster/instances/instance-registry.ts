/**
 * One process of the product. `works`: it takes jobs from the queue. `full`: but no more than end. `draining`: it is about to
 * go. `knows`: which forms of rows, jobs and queues; missing where its build is older than that, and then it is 1 of each.
 */
export interface Instance {
  id: string;
  pid: number;
  version: string;
  startedAt: number;
  works: boolean;
  full?: boolean;
  draining: boolean;
  knows?: { rows: number; jobs: number; queues: number };
}

/**
 * Which processes are up. One that is late stays listed for as long as it lives; one that died, or that stood still for a
 * minute, is not listed any more 10 s later.
 * Rejects with `dependency_down` where the backend does not answer.
 */
export abstract class InstanceRegistry {
  /** Enters this process, and keeps the entry fresh until it leaves. Again: replaces its entry. */
  abstract enter(instance: Instance): Promise<void>;

  /** Changes this process's own entry; nothing where it has none. */
  abstract update(change: Partial<Omit<Instance, 'id'>>): Promise<void>;

  /** All living ones, this one included, oldest first. */
  abstract list(): Promise<Instance[]>;

  /** Takes this process off the list; any number of times. */
  abstract leave(): Promise<void>;

  /** Takes this process off the list as far as that is possible, and gives the backend up; any number of times. */
  abstract close(): Promise<void>;
}
