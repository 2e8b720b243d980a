import { readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';

/** What a process holds in memory, in bytes. Undefined where the system does not tell it of others: only Linux does. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/**
 * Everything else goes before that process; where memory runs out, the system ends it first. Not the lowest priority: beside
 * a busy server it would come to nothing, and be killed for its time. A courtesy: where the system does not let us, it goes
 * without.
 */
export function yieldToOthers(pid: number): void {
  attempt(() => writeFileSync(`/proc/${pid}/oom_score_adj`, '1000'));
  // On Linux each thread has a priority of its own, and hands it on to those that it starts.
  const threads = attempt(() => readdirSync(`/proc/${pid}/task`).map(Number)) ?? [pid];
  for (const thread of threads) attempt(() => setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL));
}

function attempt<T>(what: () => T): T | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
