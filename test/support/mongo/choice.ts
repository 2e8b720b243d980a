import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

// Jest runs this file as its globalSetup, where the imports of our own files are not resolved: it has none.

const KINDS = ['uri', 'mongod', 'download', 'stand-in'] as const;
export type EngineKind = (typeof KINDS)[number];

/** Which engine the tests get, and what it needs to start. */
export type Choice =
  | { kind: 'uri'; uri: string }
  | { kind: 'mongod'; binary: string; version: string }
  | { kind: 'download' }
  | { kind: 'stand-in' };

export const STAND_IN_NAME = 'MongoDB stand-in (driver-level, not MongoDB)';

/** The driver speaks to servers from here on. */
const OLDEST_MONGOD = 5;

/**
 * In this order: the server at TEST_MONGO_URI; the `mongod` on PATH; a downloaded one where TEST_MONGO_DOWNLOAD=1; the
 * stand-in. TEST_MONGO_ENGINE asks for one of them by name: what can't be had then is an error, never another engine.
 */
export function chooseEngine(env: NodeJS.ProcessEnv = process.env): Choice {
  const asked = env.TEST_MONGO_ENGINE;
  if (asked) return engineNamed(asked, env);
  if (env.TEST_MONGO_URI) return { kind: 'uri', uri: env.TEST_MONGO_URI };
  const found = findMongod(env);
  if (found && 'version' in found) return { kind: 'mongod', ...found };
  return env.TEST_MONGO_DOWNLOAD === '1' ? { kind: 'download' } : { kind: 'stand-in' };
}

function engineNamed(asked: string, env: NodeJS.ProcessEnv): Choice {
  const kind = KINDS.find((known) => known === asked);
  if (!kind) throw new Error(`TEST_MONGO_ENGINE is ${asked}; there are ${KINDS.join(', ')}`);
  if (kind === 'uri') {
    if (!env.TEST_MONGO_URI) throw new Error('TEST_MONGO_ENGINE=uri needs TEST_MONGO_URI');
    return { kind, uri: env.TEST_MONGO_URI };
  }
  if (kind !== 'mongod') return { kind };
  const found = findMongod(env);
  if (!found) throw new Error('TEST_MONGO_ENGINE=mongod, but there is no mongod on PATH');
  if ('problem' in found) throw new Error(`TEST_MONGO_ENGINE=mongod, but ${found.problem}`);
  return { kind, ...found };
}

function findMongod(env: NodeJS.ProcessEnv): { binary: string; version: string } | { problem: string } | undefined {
  const binary = (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'mongod'))
    .find(isExecutable);
  if (!binary) return undefined;
  const { stdout, error } = spawnSync(binary, ['--version'], { encoding: 'utf8', timeout: 10_000 });
  const version = /v(\d+\.\d+\.\d+)/.exec(stdout ?? '')?.[1];
  if (!version) return { problem: `${binary} does not run${error ? `: ${error.message}` : ''}` };
  if (Number(version.split('.')[0]) < OLDEST_MONGOD) return { problem: `${binary} is too old: ${version}` };
  return { binary, version };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Before all tests: says on what they will run. Fails the run where an engine that was asked for can't be had. */
export default function announceFirst(): void {
  const choice = chooseEngine();
  process.env.TEST_MONGO_USED = join(tmpdir(), `parley-mongo-${randomUUID()}`);
  console.error(`Mongo tests run on: ${expectedName(choice)}`);
}

function expectedName(choice: Choice): string {
  if (choice.kind === 'uri') return 'MongoDB at TEST_MONGO_URI';
  if (choice.kind === 'mongod') return `MongoDB ${choice.version} (three mongod processes)`;
  return choice.kind === 'download' ? 'MongoDB, downloaded (three mongod processes)' : STAND_IN_NAME;
}
