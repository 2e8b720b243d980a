// Where and of what a run was made.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../system/processes.mjs';

const PACKAGES = ['@nestjs/core', 'fastify', 'undici', 'libsql', 'mongoose', 'ioredis', 'bullmq', 'pm2'];

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

const versionOf = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

/** `backends`: what was started, if anything was. */
export function machine(options, backends) {
  const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
  return {
    date: new Date().toISOString(),
    commit: (git('rev-parse', '--short=12', 'HEAD') || 'unknown') + (changed ? ', with changes' : ''),
    processor: cpus()[0]?.model.trim() || process.arch,
    coresOfTheMachine: cpus().length,
    coresUsed: options.pinned
      ? `${options.pinned} (all processes together)`
      : `${availableParallelism()} (not held on any)`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    versions: Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    engines: backends ? `${backends.redis}; ${backends.engine}` : 'none (embedded only)',
    workers: options.backends.includes('cluster') ? options.workers : undefined,
    runs: options.runs,
    warmUpTurns: options.warmUp,
    profiled: options.profile && `${options.profile}: the server is slower than without`,
  };
}
