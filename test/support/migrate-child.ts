import 'reflect-metadata';
import { migrateCommand } from '../../src/commands/migrate/migrate-command.js';
import type { Config } from '../../src/config/config.js';

// The command as a process of its own: the configured address, then its arguments.
const out = (line: string) => console.log(line);
const [MONGO_URI, ...args] = process.argv.slice(2);
const config = { STORE: 'mongo', MONGO_URI, MONGO_MESSAGE_PARTITION: 'none' } as Config;
migrateCommand(args, config, { out, err: out }, async () => []).then(
  (code) => console.log(`exit ${code}`),
  (error: unknown) => console.log(String(error)),
);
