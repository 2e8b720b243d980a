import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { explain, Failure } from '../failure.js';
import type { MigrateIo } from '../progress.js';
import { archive } from './archive.js';
import { KINDS, type Kind } from './backup-file.js';
import { contentsBack, contentsOut, whileContentsRest } from './mongo-contents.js';
import { indexes, type CollectionReport } from './indexes.js';
import { backupMongo } from './mongo-backup.js';
import { restoreMongo } from './mongo-restore.js';
import { UpkeepDatabases } from './upkeep-databases.js';

export const UPKEEP_USAGE = {
  backup: 'Usage: npm run backup -- <file>',
  restore: 'Usage: npm run restore -- <file> [--merge]',
  indexes: 'Usage: npm run indexes [-- --check]',
  archive: 'Usage: npm run archive -- <file> --days <n> [--remove]',
} as const;
export type UpkeepName = keyof typeof UPKEEP_USAGE;

const EXIT_FAILED = 1;
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

type Io = Pick<MigrateIo, 'out' | 'err'>;
interface Arguments {
  file: string;
  days: number;
  merge: boolean;
  check: boolean;
  remove: boolean;
}

const FLAG = { type: 'boolean' } as const;
const OPTIONS = {
  backup: {},
  restore: { merge: FLAG },
  indexes: { check: FLAG },
  archive: { remove: FLAG, days: { type: 'string' } },
} as const;

/** Upkeep of MongoDB. Gives back the exit code; never rejects, and never shows an address with its password. */
export async function upkeepCommand(
  name: UpkeepName,
  args: string[],
  config: Config,
  io: Io,
  running: () => Promise<string[]>,
): Promise<number> {
  // What the connection has to say, with the addresses in it, would be in the way.
  Logger.overrideLogger(false);
  const parsed = parse(name, args);
  if (!parsed) {
    io.err(UPKEEP_USAGE[name]);
    return EXIT_USAGE;
  }
  let databases: UpkeepDatabases | undefined;
  try {
    if (name === 'restore' && !parsed.merge) await mustBeAlone(running);
    databases = await UpkeepDatabases.open(config);
    return await run(name, databases, parsed, io, config);
  } catch (error) {
    io.err(
      explain(
        error,
        [config.MONGO_URI, config.MONGO_USERS_URI].filter((uri) => uri !== undefined),
      ),
    );
    return EXIT_FAILED;
  } finally {
    await databases?.close();
  }
}

/** Undefined: not understood. */
function parse(name: UpkeepName, args: string[]): Arguments | undefined {
  try {
    const options: Record<string, { type: 'boolean' | 'string' }> = OPTIONS[name];
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (positionals.length !== (name === 'indexes' ? 0 : 1)) return undefined;
    if (name === 'archive' && !/^\d+$/.test(String(values.days))) return undefined;
    const { merge = false, check = false, remove = false } = values as Record<string, boolean>;
    return { file: positionals[0], days: Number(values.days), merge, check, remove };
  } catch {
    return undefined;
  }
}

async function mustBeAlone(running: () => Promise<string[]>): Promise<void> {
  const servers = await running().catch(() => {
    throw new Failure('It can not be known whether servers run, because Redis does not answer.');
  });
  if (servers.length > 0) throw new Failure(`Stop all servers first. These run: ${servers.join(', ')}.`);
}

async function run(
  name: UpkeepName,
  databases: UpkeepDatabases,
  args: Arguments,
  io: Io,
  config: Config,
): Promise<number> {
  const { file, days, merge, check, remove } = args;
  if (name === 'indexes') return showIndexes(await indexes(databases, { build: !check }), check, io);
  if (name === 'backup') {
    return whileContentsRest(databases, async () => {
      const counts = await backupMongo(databases, file);
      const { contents } = await contentsOut(config, file);
      io.out(`Wrote ${file}, and read it again: ${inWords(counts)}.`);
      if (contents > 0) io.out(`The bytes of ${contents} contents are in ${file}.files: keep both.`);
      return 0;
    });
  }
  if (name === 'restore') {
    // Bytes first: a file's content is always there.
    const { contents, missing } = await contentsBack(config, file);
    if (missing.length > 0 && contents === 0) {
      throw new Failure(`The bytes of ${missing.length} files are missing: they belong into ${file}.files, beside it.`);
    }
    const { header, written, kept, orphans } = await whileContentsRest(databases, () =>
      restoreMongo(databases, file, merge),
    );
    io.out(`Restored the ${header.parley} of ${header.createdAt}, and read it again: ${inWords(written)}.`);
    if (kept > 0) io.out(`There already, and left as they were: ${kept}.`);
    if (orphans > 0) io.out(`Left out, because their account is gone: ${orphans}.`);
    return 0;
  }
  const contents = (written: string) => contentsOut(config, written);
  const outcome = await whileContentsRest(databases, () => archive(databases, { file, days, remove, contents }));
  const what = `${outcome.conversations} conversations without activity for ${days} days`;
  if (!remove) {
    io.out(`Wrote ${what} (${outcome.messages} messages) to ${file}. Nothing was removed; that takes --remove.`);
    return 0;
  }
  io.out(`Wrote ${outcome.messages} messages to ${file}, and removed ${what} from the database.`);
  if (outcome.left > 0) io.out(`Left, because somebody came back to them meanwhile: ${outcome.left}.`);
  for (const month of outcome.droppedMonths) io.out(`Dropped ${month}, which was empty.`);
  return 0;
}

function inWords(counts: Record<Kind, number>): string {
  const some = KINDS.filter((kind) => counts[kind] > 0 && kind !== 'accounts');
  return some.map((kind) => `${counts[kind].toLocaleString('en')} ${kind}`).join(', ') || 'nothing';
}

function showIndexes(reports: CollectionReport[], isCheck: boolean, io: Io): number {
  for (const { name, missing, different, undeclared, unused } of reports) {
    const lines = [
      ...missing.map((index) => `${isCheck ? 'missing' : different.length > 0 ? 'not made' : 'made'}: ${index}`),
      ...different.map((index) => `other options than declared: ${index}; drop it, and run this again`),
      ...undeclared.map((index) => `not declared: ${index}`),
      ...(unused ?? []).map((index) => `not used since the server started: ${index}`),
    ];
    io.out(`${name}: ${lines.length === 0 ? 'as declared' : ''}`.trim());
    for (const line of lines) io.out(`  ${line}`);
  }
  if (reports.every(({ unused }) => unused === undefined)) {
    io.out('Which indexes are used is not known: this user may not ask (clusterMonitor).');
  }
  const isBad = reports.some(({ missing, different }) => different.length > 0 || (isCheck && missing.length > 0));
  return isBad ? EXIT_FAILED : 0;
}
