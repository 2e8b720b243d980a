import { parseArgs } from 'node:util';
import { UsageError } from '../usage-error.js';
import type { Config } from '../../config/config.js';

export const USAGE = `Usage: npm run migrate -- --from sqlite:<file> [--to <uri>] [--users-to <uri>] [--partition none|month]
       npm run migrate -- --partition none|month

With --from: copies accounts, conversations, messages and files from a database file into MongoDB, and compares both
sides at the end. The bytes of files are taken from the folder beside it, and go into MongoDB too; with FILES=s3 they
stay where they are. The file is only read, also while a server runs on it. Run it again to go on after it was stopped, or to
take what was added or changed since.

  --from sqlite:<file>     usually data/parley.sqlite, or a backup
  --to <uri>               where to; else MONGO_URI
  --users-to <uri>         another database for the accounts; else MONGO_USERS_URI, else the same
  --partition none|month   else MONGO_MESSAGE_PARTITION
  --delete                 also remove what was copied before and is not in the file any more
  --yes                    go on where this file is older than what was copied from it before

Without --from: moves the messages at MONGO_URI between one collection and one for each month. Stop all servers
first, and start them with the new MONGO_MESSAGE_PARTITION. Run it again to go on after it was stopped.

  --yes                    go on where it can't be known whether servers run

A URI on the command line is visible to everybody on this machine (ps, the shell's history). One with a password
belongs into the environment or .env, as MONGO_URI and MONGO_USERS_URI.`;

export type Partition = 'none' | 'month';

export interface CopyArguments {
  command: 'copy';
  file: string;
  to: string;
  usersTo: string;
  partition: Partition;
  /** The bytes of files are where both sides have them. */
  filesAreShared: boolean;
  delete: boolean;
  yes: boolean;
}

export interface MoveArguments {
  command: 'move';
  uri: string;
  partition: Partition;
  yes: boolean;
}

export type MigrateArguments = { command: 'help' } | CopyArguments | MoveArguments;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  'users-to': { type: 'string' },
  partition: { type: 'string' },
  delete: { type: 'boolean' },
  yes: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Defaults = Pick<Config, 'FILES' | 'STORE' | 'MONGO_URI' | 'MONGO_USERS_URI' | 'MONGO_MESSAGE_PARTITION'>;

/** Throws UsageError. What is not said is as configured. */
export function parseMigrateArguments(args: string[], config: Defaults): MigrateArguments {
  const values = parse(args);
  if (values.help) return { command: 'help' };
  const { yes = false } = values;
  if (values.from === undefined) {
    if (values.partition === undefined) throw new UsageError('from where? Say --from, or --partition alone');
    const strange = (['to', 'users-to', 'delete'] as const).find((option) => values[option] !== undefined);
    if (strange) throw new UsageError(`--${strange} needs --from`);
    if (config.STORE !== 'mongo' || !config.MONGO_URI) throw new UsageError('--partition alone needs MONGO_URI');
    return { command: 'move', uri: config.MONGO_URI, partition: partitionOf(values.partition), yes };
  }
  const file = fileOf(values.from);
  const to = addressOf('--to', values.to ?? config.MONGO_URI);
  return {
    ...{ command: 'copy', file, to, yes, delete: values.delete ?? false },
    usersTo: addressOf('--users-to', values['users-to'] ?? config.MONGO_USERS_URI ?? to),
    partition: partitionOf(values.partition ?? config.MONGO_MESSAGE_PARTITION),
    filesAreShared: config.FILES === 's3',
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true }).values;
  } catch (error) {
    // Its words repeat what was typed, which may be an address.
    const isUnknown = (error as { code?: string }).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    throw new UsageError(isUnknown ? 'there is no such option' : 'that is not how options are given', { cause: error });
  }
}

function fileOf(from: string): string {
  const file = /^sqlite:(.+)$/s.exec(from)?.[1];
  if (!file) throw new UsageError('--from must be sqlite:<file>');
  return file;
}

function addressOf(option: string, uri: string | undefined): string {
  if (uri === undefined) throw new UsageError('where to? Set MONGO_URI, or say --to');
  if (!/^mongodb(\+srv)?:\/\/[^/]/.test(uri)) {
    throw new UsageError(`${option} must begin with mongodb:// or mongodb+srv://`);
  }
  return uri;
}

function partitionOf(text: string): Partition {
  if (text !== 'none' && text !== 'month') throw new UsageError('--partition must be none or month');
  return text;
}
