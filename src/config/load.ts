import { resolve } from 'node:path';
import { hasUnseen, UNSEEN_MESSAGE } from './clean.js';
import { clusterProblems } from './cluster-rules.js';
import { Config } from './config.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { readEndpointsFile } from './endpoints-file.js';
import { readEnv, type Env } from './env-file.js';
import { place, PLACES } from './placement.js';
import { configFile, crossFieldProblems } from './rules.js';
import { schema, type Meta } from './schema.js';
import { keptSecret, makeSecret } from './secret.js';

type Name = keyof typeof schema.shape;

function isSecret(name: string): boolean {
  const field = (schema.shape as Partial<Record<string, { meta(): unknown }>>)[name];
  return (field?.meta() as Meta | undefined)?.secret === true;
}

function schemaProblems(env: Record<string, string>): ConfigProblem[] {
  const issues = schema.safeParse(env).error?.issues ?? [];
  return issues.map(({ path, message }) => {
    const name = String(path[0]);
    return { name, ...(isSecret(name) ? { hidden: true as const } : { value: env[name] }), message };
  });
}

/** These may go over several lines, or be written by hand in any words; JWT_SECRET is of any bytes. */
const MAY_HOLD_ANYTHING = ['REDIS_CA', 'DEMO_TEXT', 'JWT_SECRET', 'JWT_SECRET_PREVIOUS'];

/** Its hosts may stand in several lines, or with tabs between them. */
const inOneLine = (name: string, value: string) => (name === 'NO_PROXY' ? value.replace(/\s+/g, ' ') : value);

/** What can't be seen would else fail where nobody looks for it: at a provider, in a path. */
function unseenProblems(env: Record<string, string>): ConfigProblem[] {
  return Object.keys(schema.shape)
    .filter((name) => env[name] && !MAY_HOLD_ANYTHING.includes(name) && hasUnseen(inOneLine(name, env[name])))
    .map((name) => ({ name, hidden: true, message: UNSEEN_MESSAGE }));
}

/** What only shows where each variable by itself is right. */
function placementProblems(env: Record<string, string>): ConfigProblem[] {
  const { data } = schema.safeParse(env);
  return data ? clusterProblems(place(data), env) : [];
}

/** The first word about each variable; what follows from it would only confuse. */
function firstOfEach(problems: ConfigProblem[]): ConfigProblem[] {
  return problems.filter(({ name }, i) => problems.findIndex((other) => other.name === name) === i);
}

/**
 * Reads `env` over the file `.env` in `cwd`. Throws ConfigError with every problem at once. DATA_DIR and CONFIG_FILE
 * come out as whole paths; CONFIG_FILE also where it was not set and there is a parley.yaml. Makes JWT_SECRET where it
 * is missing; only then, and only where something outlives the process, this writes (into DATA_DIR).
 */
export function loadConfig(env: Env = process.env, cwd: string = process.cwd()): Config {
  const given = readEnv(env, cwd);
  const CONFIG_FILE = configFile(given, cwd);
  const file = readEndpointsFile(CONFIG_FILE, given);
  const problems = firstOfEach([
    ...unseenProblems(given),
    ...schemaProblems(given),
    ...placementProblems(given),
    ...crossFieldProblems(given, cwd, file),
    ...file.problems,
  ]);
  if (problems.length > 0) {
    const order = Object.keys(schema.shape);
    const placeOf = (name: string) => (order.includes(name) ? order.indexOf(name as Name) : order.length);
    throw new ConfigError(problems.sort((a, b) => placeOf(a.name) - placeOf(b.name)));
  }

  const values = schema.parse(given);
  const placed = place(values);
  const DATA_DIR = resolve(cwd, values.DATA_DIR);
  const isKept = PLACES.some((name) => placed[name] !== 'memory');
  const JWT_SECRET = values.JWT_SECRET ?? (isKept ? keptSecret(DATA_DIR) : makeSecret());
  return new Config({ ...values, ...placed, DATA_DIR, JWT_SECRET, CONFIG_FILE, endpoints: file.endpoints });
}
