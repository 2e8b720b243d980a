import type { Instance } from '../../libs/cluster/index.js';
import { Metrics } from '../../libs/metrics/index.js';
import { Clients } from '../clients/clients.service.js';
import { instances } from '../cluster/cluster.module.js';
import type { Config } from '../config/config.js';

const READY_MS = 5000;

/**
 * The servers of this configuration that run, in words. One that keeps its list of instances to itself is alone, and is
 * known by its lease on the database instead. Rejects with `dependency_down` where the list can't be read.
 */
export async function runningServers(config: Config): Promise<string[]> {
  const instances = (await runningInstances(config)) ?? [];
  return instances.map(({ pid, version, startedAt }) => {
    return `process ${pid} (version ${version}, started ${new Date(startedAt).toISOString()})`;
  });
}

/** The same as they are on the list; undefined where each process keeps its own. */
export async function runningInstances(config: Config): Promise<Instance[] | undefined> {
  if (config.REALTIME === 'memory') return undefined;
  const clients = new Clients(config, new Metrics());
  try {
    await (await clients.redis()).ready(READY_MS);
    return await (await instances.redis(clients)).list();
  } finally {
    await clients.close();
  }
}
