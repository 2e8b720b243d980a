import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, readEnv } from './env-file.js';
import { nearest } from './near.js';
import { configFile } from './rules.js';
import { schema } from './schema.js';
import { referencedNames } from './substitute.js';

/** Read by ecosystem.config.js and the scripts. */
const OF_SCRIPTS = ['LOG_DIR', 'LOG_MAX_MB', 'LOG_KEEP'];
/** Read by Node.js, npm, PM2, OpenTelemetry, the system or the tests, where somebody puts the file into the environment. */
const OF_OTHERS = /^((NODE|npm|PM2|OTEL|UV|LC|TEST)_\w+|TZ|LANG|PATH|CHROME_PATH|PARLEY_URL|\w+_PROXY)$/i;

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/s;

/** In the same words at start and in the doctor. */
const noAssignment = (line: number) =>
  `.env, line ${line} is no assignment (NAME=value), and may hide the next one: correct it, or put a # before it`;

/**
 * What in the file `.env` looks like a mistake, each in words with its line and never with a value. Not refused: the file
 * may be shared with other programs. Nothing where it is not there or can't be read; `loadConfig` says so.
 */
export function envFileWarnings(env: Env = process.env, cwd: string = process.cwd()): string[] {
  const text = read(join(cwd, '.env'));
  const file = text && configFile(readEnv(env, cwd), cwd);
  const known = [...Object.keys(schema.shape), ...OF_SCRIPTS];
  const used = new Set([...known, ...referencedNames(file ? read(file) : '')]);
  return assignments(text).flatMap(({ line, name }) => {
    if (name === undefined) return [noAssignment(line)];
    if (used.has(name) || OF_OTHERS.test(name)) return [];
    const near = nearest(name, known);
    if (near) return [`.env, line ${line}: ${name} is not known. Is ${near} meant?`];
    // A secret that was broken into lines can end in a =, too.
    return [`.env, line ${line}: ${/^[A-Z]+(_[A-Z]+)+$/.test(name) ? name : 'a name'} is not known, and does nothing`];
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return '';
  }
}

/** Line by line, as `parseEnv` takes them: a value in quotes may go on over several. */
function assignments(text: string): Array<{ line: number; name?: string }> {
  const lines = text.split(/\r?\n/);
  const found: Array<{ line: number; name?: string }> = [];
  for (let i = 0; i < lines.length; i++) {
    if (/^\s*(#|$)/.test(lines[i])) continue;
    const [, name, value = ''] = ASSIGNMENT.exec(lines[i]) ?? [];
    found.push({ line: i + 1, name });
    const quote = /^["'`]/.exec(value)?.[0];
    if (!quote || value.includes(quote, 1)) continue;
    const end = lines.findIndex((each, at) => at > i && each.includes(quote));
    if (end > 0) i = end;
  }
  return found;
}
