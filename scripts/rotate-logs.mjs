// Rotates the log files that PM2 writes, once an hour (see ecosystem.config.js): a file over LOG_MAX_MB (50) is renamed, PM2
// opens a new one, an hour later the renamed one is compressed, and of each file the newest LOG_KEEP (10) are kept. No line is
// lost: a process writes into the renamed file until it has opened the new one.
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const folder = process.env.LOG_DIR;
const maxBytes = (Number(process.env.LOG_MAX_MB) || 50) * 1_048_576;
const keep = Number(process.env.LOG_KEEP) || 10;
const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');

if (!existsSync(folder)) process.exit();
// Those of the round before: by now all processes write into the new ones.
for (const name of readdirSync(folder).filter((each) => /^parley.*\.log\.[^.]+Z$/.test(each))) {
  const file = join(folder, name);
  await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}.gz`));
  rmSync(file);
}
const names = readdirSync(folder).filter((name) => name.startsWith('parley') && name.endsWith('.log'));
const long = names.filter((name) => statSync(join(folder, name)).size > maxBytes).map((name) => join(folder, name));
for (const file of long) renameSync(file, `${file}.${stamp}`);
if (long.length > 0) {
  const pm2 = join(import.meta.dirname, '..', 'node_modules', 'pm2', 'bin', 'pm2');
  spawnSync(process.execPath, [pm2, 'reloadLogs'], { stdio: 'ignore' });
}
for (const name of names) {
  const old = readdirSync(folder).filter((each) => each.startsWith(`${name}.`) && each.endsWith('.gz'));
  for (const each of old.sort().slice(0, -keep)) rmSync(join(folder, each));
}
// What PM2 puts around a script would keep it from ending.
process.exit();
