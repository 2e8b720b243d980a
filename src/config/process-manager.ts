import cluster from 'node:cluster';

/** Whether PM2 or a cluster started this process: its output is a log then, and nobody watches it start. */
export function hasProcessManager(): boolean {
  return cluster.isWorker || process.env.pm_id !== undefined;
}

/** Where PM2 writes what this process prints, in its cluster mode. There, descriptor 1 is the daemon's and not this process's. */
export function managedLogFile(): string | undefined {
  return cluster.isWorker ? process.env.pm_out_log_path : undefined;
}
