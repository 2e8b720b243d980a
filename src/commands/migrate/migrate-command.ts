import { Logger } from '@nestjs/common';
import { isCode } from '../../../libs/errors/index.js';
import type { Config } from '../../config/config.js';
import { copyCommand } from './copy-command.js';
import { explain } from '../failure.js';
import { UsageError } from '../usage-error.js';
import { parseMigrateArguments, USAGE, type MigrateArguments } from './migrate-arguments.js';
import { moveCommand, type RunningServers } from './move-command.js';
import type { MigrateIo } from '../progress.js';

const EXIT_FAILED = 1;
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

/**
 * `npm run migrate`. Gives back the exit code: 0 where everything is the same on both sides; 64 where the command line is
 * wrong; else 1. Never rejects, and never shows an address with its password.
 */
export async function migrateCommand(
  args: string[],
  config: Config,
  io: MigrateIo,
  running: RunningServers,
): Promise<number> {
  // What the connection has to say, with the addresses in it, would be in the way.
  Logger.overrideLogger(false);
  let parsed: MigrateArguments | undefined;
  try {
    parsed = parseMigrateArguments(args, config);
    if (parsed.command === 'help') {
      io.out(USAGE);
      return 0;
    }
    const isDone = parsed.command === 'copy' ? await copyCommand(parsed, io) : await moveCommand(parsed, io, running);
    if (!isDone) io.err('Not everything is as it should be: see above.');
    return isDone ? 0 : EXIT_FAILED;
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${error.message}\n\n${USAGE}`);
      return EXIT_USAGE;
    }
    io.err(explain(error, addressesOf(parsed)));
    if (isCode(error, 'dependency_down')) {
      io.err('What was done so far stays. Run the same command again to go on.');
    }
    return EXIT_FAILED;
  }
}

function addressesOf(args: MigrateArguments | undefined): string[] {
  if (args?.command === 'copy') return [args.to, args.usersTo];
  return args?.command === 'move' ? [args.uri] : [];
}
