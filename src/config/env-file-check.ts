import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, isUsableProxy, PROXIES, readEnv } from './env-file.js';
import { foreignName } from './foreign-names.js';
import { nearest } from './near.js';
import { configFile } from './rules.js';
import { schema } from './schema.js';
import { referencedNames } from './substitute.js';

/** Read by ecosystem.config.js and the scripts. */
const OF_SCRIPTS = ['LOG_DIR', 'LOG_MAX_MB', 'LOG_KEEP'];
/** Read by Node.js, npm, PM2, OpenTelemetry, the system or the tests, where somebody puts the file into the environment. */
const OF_OTHERS =
  /^((NODE|npm|PM2|OTEL|UV|LC|TEST)_\w+|TZ|LANG|PATH|CHROME_PATH|PARLEY_URL|(HTTPS?|NO|ALL|FTP)_PROXY)$/i;

/** Names of LibreChat and Open WebUI that other programs have too. */
const OF_MANY = ['CONFIG_PATH', 'DATABASE_URL', 'ENDPOINTS', 'PROXY', 'SEARCH'];

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/s;

/** In the same words at start and in the doctor. */
const noAssignment = (line: number) =>
  `.env, line ${line} is no assignment (NAME=value), and may hide the next one: correct it, or put a # before it`;

/**
 * What in the file `.env` looks like a mistake, each in words with its line and never with a value, and what in `env` another
 * product reads. Not refused: both may be shared with other programs. A file that can't be read is told by `loadConfig`.
 */
export function envFileWarnings(env: Env = process.env, cwd: string = process.cwd()): string[] {
  const text = read(join(cwd, '.env'));
  const file = text && configFile(readEnv(env, cwd), cwd);
  const known = [...Object.keys(schema.shape), ...OF_SCRIPTS];
  const used = new Set([...known, ...referencedNames(file ? read(file) : '')]);
  const ofFile = assignments(text).flatMap(({ line, name, isCut }) => {
    if (name === undefined) return [noAssignment(line)];
    const at = `.env, line ${line}: `;
    if (used.has(name) || OF_OTHERS.test(name)) return isCut ? [at + cutAtHash(name)] : [];
    const foreign = foreignName(name);
    if (foreign) return [at + foreign];
    const near = nearest(name, known);
    if (near) return [`${at}${name} is not known. Is ${near} meant?`];
    // A secret that was broken into lines can end in a =, too.
    return [`${at}${/^[A-Z]+(_[A-Z]+)+$/.test(name) ? name : 'a name'} is not known, and does nothing`];
  });
  return [...ofFile, ...foreignNames(env), ...unusedProxies(readEnv(env, cwd))];
}

/** In the environment stands much that is nobody's of ours: told is only what no other program has. */
function foreignNames(env: Env): string[] {
  return Object.keys(env).flatMap((name) => (OF_MANY.includes(name) ? [] : (foreignName(name) ?? [])));
}

function unusedProxies(env: Env): string[] {
  const inherited = PROXIES.map((name) => name.toLowerCase()).filter((name) => env[name] && !env[name.toUpperCase()]);
  return inherited
    .filter((name) => !isUsableProxy(name, env[name]!))
    .map((name) => `${name} is not used: only proxies of http:// and https:// are`);
}

const cutAtHash = (name: string) =>
  `the value of ${name} ends before its #: put it in quotes, or a blank before the # of a comment`;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return '';
  }
}

interface Assignment {
  line: number;
  /** Undefined: the line assigns nothing. */
  name?: string;
  /** A `#` within an unquoted value, which begins a comment wherever it stands. */
  isCut?: boolean;
}

/** Line by line, as `parseEnv` takes them: a value in quotes may go on over several. */
function assignments(text: string): Assignment[] {
  const lines = text.split(/\r?\n/);
  const found: Assignment[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (/^\s*(#|$)/.test(lines[i])) continue;
    const [, name, value = ''] = ASSIGNMENT.exec(lines[i]) ?? [];
    found.push({ line: i + 1, name, isCut: /^#\S|^[^"'`\s#]([^#]*[^\s#])?#/.test(value) });
    const quote = /^["'`]/.exec(value)?.[0];
    if (!quote || value.includes(quote, 1)) continue;
    const end = lines.findIndex((each, at) => at > i && each.includes(quote));
    if (end > 0) i = end;
  }
  return found;
}
