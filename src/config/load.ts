import { resolve } from 'node:path';
import { Config } from './config.js';
import { ConfigError, type ConfigProblem } from './config-error.js';
import { clusterOnly } from './cluster-only.js';
import { readEndpointsFile } from './endpoints-file.js';
import { readEnv, type Env } from './env-file.js';
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

/** The first word about each variable; what follows from it would only confuse. */
function firstOfEach(problems: ConfigProblem[]): ConfigProblem[] {
  return problems.filter(({ name }, i) => problems.findIndex((other) => other.name === name) === i);
}

/**
 * Reads `env` over the file `.env` in `cwd`. Throws ConfigError with every problem at once. DATA_DIR and CONFIG_FILE
 * come out as whole paths; CONFIG_FILE also where it was not set and there is a parley.yaml. Makes JWT_SECRET where it
 * is missing; only then, and only where something is kept on disk, this writes (into DATA_DIR).
 */
export function loadConfig(env: Env = process.env, cwd: string = process.cwd()): Config {
  const given = readEnv(env, cwd);
  const CONFIG_FILE = configFile(given, cwd);
  const file = readEndpointsFile(CONFIG_FILE, given);
  const problems = firstOfEach([
    ...clusterOnly(given),
    ...schemaProblems(given),
    ...crossFieldProblems(given, cwd, file),
    ...file.problems,
  ]);
  if (problems.length > 0) {
    const order = Object.keys(schema.shape);
    const place = (name: string) => (order.includes(name) ? order.indexOf(name as Name) : order.length);
    throw new ConfigError(problems.sort((a, b) => place(a.name) - place(b.name)));
  }

  const values = schema.parse(given);
  const DATA_DIR = resolve(cwd, values.DATA_DIR);
  const SESSIONS = values.SESSIONS ?? values.STORE;
  const kept = keepsData({ STORE: values.STORE, SESSIONS });
  const JWT_SECRET = values.JWT_SECRET ?? (kept ? keptSecret(DATA_DIR) : makeSecret());
  return new Config({ ...values, DATA_DIR, SESSIONS, JWT_SECRET, CONFIG_FILE, endpoints: file.endpoints });
}

/** Whether something outlives the process, in DATA_DIR: then the folder belongs to one process at a time. */
export function keepsData(config: Pick<Config, 'STORE' | 'SESSIONS'>): boolean {
  return config.STORE === 'sqlite' || config.SESSIONS === 'sqlite';
}
