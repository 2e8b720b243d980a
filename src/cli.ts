import 'reflect-metadata';
import { makeUsersCommand } from './commands/users/make-users-command.js';
import { createApp } from './app.js';
import { backupCommand, restoreContents } from './commands/backup/backup-contents.js';
import { ConfigError, EXIT_CONFIG } from './config/config-error.js';
import { Config } from './config/config.js';
import { envFileWarnings } from './config/env-file-check.js';
import { loadConfig } from './config/load.js';
import { readSecret } from './commands/read-secret.js';
import { restoreCommand } from './commands/backup/restore-command.js';
import { securityLog } from './auth/accounts/security-log.js';
import { runningInstances, runningServers } from './commands/running-servers.js';
import type { UpkeepName } from './commands/upkeep/upkeep-command.js';

const EXIT_FAILED = 1;
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

const out = (line: string) => console.log(line);
const err = (line: string) => console.error(line);

async function users(config: Config, args: string[]): Promise<number> {
  if (config.STORE === 'memory') {
    err('Accounts are in the memory of the running server (STORE=memory): no command can reach them.');
    return EXIT_FAILED;
  }
  if (config.SESSIONS === 'memory') {
    err('Sessions are in the memory of the running server (SESSIONS=memory): restart it to end them.');
  }
  // The same parts as the server's, beside it: nothing is served, and no job taken.
  const app = await createApp(new Config({ ...config, LOG_LEVEL: 'silent' }), securityLog());
  try {
    return await (await makeUsersCommand(app)).run(args, { out, err, readSecret });
  } finally {
    await app.close();
  }
}

async function migrate(config: Config, args: string[]): Promise<number> {
  const { migrateCommand } = await import('./commands/migrate/migrate-command.js');
  const bar = process.stdout.isTTY ? process.stdout : undefined;
  return migrateCommand(args, config, { out, err, bar }, () => runningServers(config));
}

/** MongoDB's; SQLite has its own backup and restore, and no need of the others. */
async function upkeep(config: Config, name: UpkeepName, args: string[]): Promise<number> {
  if (config.STORE !== 'mongo') {
    err(`There is nothing to do: ${name} is for MongoDB, and STORE is ${config.STORE}.`);
    return EXIT_USAGE;
  }
  const { upkeepCommand } = await import('./commands/upkeep/upkeep-command.js');
  return upkeepCommand(name, args, config, { out, err }, () => runningServers(config));
}

/** Before anything is read: that the configuration is wrong is what it would find. */
async function doctor(args: string[]): Promise<number> {
  const { doctorCommand } = await import('./commands/doctor/doctor-command.js');
  const { askedModels } = await import('./models/configured-models.js');
  return doctorCommand(
    args,
    { load: () => loadConfig(), envFile: () => envFileWarnings(), instances: runningInstances, models: askedModels },
    { out, err },
  );
}

function needsFile(config: Config, command: string, args: string[]): string | undefined {
  if (config.STORE !== 'sqlite') err(`There is nothing to ${command}: accounts and conversations are not in SQLite.`);
  else if (args.length !== 1) err(`Usage: npm run ${command} -- <file>`);
  else return args[0];
  return undefined;
}

async function main([command, ...args]: string[]): Promise<number> {
  if (command === 'doctor') return doctor(args);
  const config = loadConfig();
  if (command === 'users') return users(config, args);
  if (command === 'migrate') return migrate(config, args);
  if (command === 'backup' || command === 'restore') {
    if (config.STORE === 'mongo') return upkeep(config, command, args);
    const file = needsFile(config, command, args);
    if (file === undefined) return EXIT_USAGE;
    if (command === 'backup') {
      const { contents } = await backupCommand(config, file);
      out(contents > 0 ? `Wrote ${file}, and the bytes of files to ${file}.files: keep both.` : `Wrote ${file}.`);
      return 0;
    }
    const kept = await restoreCommand(config.DATA_DIR, file, async () => void (await restoreContents(config, file)));
    out(`${config.DATA_DIR} is as it was in ${file}; all have to log in again.`);
    out('Accounts that were disabled or deleted since are back: npm run users -- list');
    if (kept) out(`What was there before is in ${kept}: remove it when you don't need it.`);
    return 0;
  }
  if (command === 'indexes' || command === 'archive') return upkeep(config, command, args);
  err('Usage: npm run users|backup|restore|migrate|indexes|archive|doctor -- …');
  return EXIT_USAGE;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    err(error instanceof Error ? error.message : String(error));
    process.exit(error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILED);
  },
);
