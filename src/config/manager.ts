import cluster from 'node:cluster';

/** Whether PM2 or a cluster started this process: its output is a log then, and nobody watches it start. */
export function underManager(): boolean {
  return cluster.isWorker || process.env.pm_id !== undefined;
}
