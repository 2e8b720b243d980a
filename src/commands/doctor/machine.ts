import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { Config } from '../../config/config.js';
import { usesDataDir } from '../../config/placement.js';
import { BACKLOG, longestBacklog } from '../../http/backlog.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';

/** Of one process, besides streams and the pool: Redis, listening, logs, libraries. */
const OTHER_FILES = 100;
/** Below this SQLite's new questions are refused (see docs/scaling.md). */
const LEAST_BYTES = 8 * 1024 ** 2;
const LOW_BYTES = 1024 ** 3;

/** This machine, as far as it can be seen from a shell of the user that runs the servers. */
export async function machineFindings(config: Config, streams?: number): Promise<Finding[]> {
  const here = [nodeFinding(), filesFinding(config, streams), backlogFinding()];
  return [...here, ...(await diskFindings(config)), ...envFileFindings()];
}

function nodeFinding(): Finding {
  const { node } = process.versions;
  if (Number(node.split('.')[0]) >= 22) return ok('node', `Node.js ${node}`);
  return warning('node', `Node.js ${node} gets no fixes any more`, 'Install Node.js 24.');
}

function filesFinding({ QUEUE_CONCURRENCY, MONGO_MAX_POOL_SIZE, ROLE }: Config, streams?: number): Finding {
  const limit = openFiles();
  const check = 'files.limit';
  if (limit === undefined) return ok(check, 'This system tells no limit of open files');
  // A reader is a connection, and so is the call to the provider of an answer that is written.
  const readers = ROLE === 'worker' ? 0 : (streams ?? QUEUE_CONCURRENCY);
  const calls = ROLE === 'web' ? 0 : QUEUE_CONCURRENCY;
  const needed = readers + calls + MONGO_MAX_POOL_SIZE + OTHER_FILES;
  const parts = `${readers} streams + ${calls} calls to providers + ${MONGO_MAX_POOL_SIZE + OTHER_FILES} others`;
  if (limit >= needed) return ok(check, `A process may open ${limit} files; ${needed} are needed (${parts})`);
  const enough = Math.max(65_536, needed);
  return problem(
    check,
    `A process may open ${limit} files, but ${needed} are needed (${parts})`,
    `Raise nofile to ${needed} or more: LimitNOFILE=${enough} (systemd), ulimits.nofile (compose), or ` +
      `/etc/security/limits.conf, and start anew; ` +
      'or lower QUEUE_CONCURRENCY.',
  );
}

/** Node.js raises its own limit to the hard one when it starts. */
function openFiles(): number | undefined {
  type Limits = { userLimits?: { open_files?: { hard: number | string } } };
  const hard = (process.report?.getReport() as Limits | undefined)?.userLimits?.open_files?.hard;
  return hard === 'unlimited' ? Infinity : typeof hard === 'number' ? hard : Number(hard) || undefined;
}

/** A container has a value of its own. */
function backlogFinding(): Finding {
  const longest = longestBacklog();
  const check = 'connections.waiting';
  if (longest === undefined) return ok(check, 'This system does not tell how many connections may wait');
  if (longest >= BACKLOG) return ok(check, `${BACKLOG} connections may wait until a process takes them`);
  return warning(
    check,
    `Only ${longest} connections may wait until a process takes them: more at once, after a restart, try again after a second`,
    `sysctl net.core.somaxconn=${BACKLOG} (compose: sysctls)`,
  );
}

async function diskFindings(config: Config): Promise<Finding[]> {
  if (!usesDataDir(config)) return [];
  const check = 'disk.space';
  const { bavail, bsize } = await statfs(config.DATA_DIR).catch(() => ({ bavail: NaN, bsize: NaN }));
  const free = bavail * bsize;
  const says = `${config.DATA_DIR} has ${Math.floor(free / 1024 ** 2).toLocaleString('en')} MB left`;
  if (Number.isNaN(free)) return [ok(check, `${config.DATA_DIR} is not there yet`)];
  const remedy = 'Make room, or move DATA_DIR to a larger disk: below 8 MB new questions are refused.';
  if (free < LEAST_BYTES) return [problem(check, says, remedy)];
  return [free < LOW_BYTES ? warning(check, says, remedy) : ok(check, says)];
}

/** Secrets stand in it. */
function envFileFindings(): Finding[] {
  const stat = statSync('.env', { throwIfNoEntry: false });
  if (!stat || process.platform === 'win32') return [];
  if ((stat.mode & 0o077) === 0) return [ok('secrets.file', '.env can be read by its owner alone')];
  return [warning('secrets.file', '.env can be read by others on this machine', 'chmod 600 .env')];
}
