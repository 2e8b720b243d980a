import { statSync } from 'node:fs';
import { parseRedisAddress } from '../../libs/redis/index.js';
import type { ConfigProblem } from './config-error.js';
import { fromHome } from './home.js';
import { localPlaces, type Placed, usesRedis } from './placement.js';

type Env = Record<string, string>;
type Rule = (placed: Placed, env: Env) => ConfigProblem[];

/** What all processes share, where it is not Redis. */
const SHARED: Partial<Record<string, string>> = {
  STORE: 'mongo',
  FILES: 'mongo or s3 (or disk, with FILES_SHARED=true, where DATA_DIR is one folder for all)',
};

const severalProcesses: Rule = (placed, env) => {
  const { INSTANCES } = placed;
  const split = env.ROLE === 'web' || env.ROLE === 'worker';
  if (INSTANCES === 1 && !split) return [];
  const why = split ? `with ROLE=${env.ROLE} there are other processes` : `there are ${INSTANCES} processes`;
  const problems = localPlaces(placed).map((name) => ({
    name,
    value: placed[name],
    message: `must be ${SHARED[name] ?? 'redis'}: ${why}, and each would have its own`,
  }));
  if (env.JWT_SECRET) return problems;
  return [...problems, { name: 'JWT_SECRET', message: `must be set: ${why}, and all need the same` }];
};

const redisAddress: Rule = (placed, env) => {
  if (!usesRedis(placed) || !env.REDIS_URI) return [];
  try {
    parseRedisAddress(env.REDIS_URI);
    return [];
  } catch (error) {
    return [{ name: 'REDIS_URI', hidden: true, message: `can't be read. ${(error as Error).message}` }];
  }
};

const redisAuthority: Rule = (_placed, env) => {
  const { REDIS_CA } = env;
  if (!REDIS_CA || REDIS_CA.includes('-----BEGIN')) return [];
  if (statSync(fromHome(REDIS_CA), { throwIfNoEntry: false })?.isFile()) return [];
  return [{ name: 'REDIS_CA', value: REDIS_CA, message: 'must be a PEM, or the path of a file that holds it' }];
};

const mongoAddresses: Rule = (placed, env) => {
  const isAddress = (name: string) => !env[name] || /^mongodb(\+srv)?:\/\/[^/]/.test(env[name]);
  const problems: ConfigProblem[] = ['MONGO_URI', 'MONGO_USERS_URI']
    .filter((name) => !isAddress(name))
    .map((name) => ({ name, hidden: true, message: 'must begin with mongodb:// or mongodb+srv://' }));
  if (placed.STORE === 'mongo' && !env.MONGO_URI) {
    problems.push({ name: 'MONGO_URI', message: 'must be set where STORE=mongo' });
  }
  if (placed.STORE !== 'mongo' && env.MONGO_USERS_URI) {
    problems.push({ name: 'MONGO_USERS_URI', hidden: true, message: 'would do nothing without MONGO_URI' });
  }
  return problems;
};

/** What an address may say of these at most: what is acknowledged is kept, and guards see what is there. */
const MONGO_GUARANTEES: Record<string, string> = {
  w: 'majority',
  journal: 'true',
  j: 'true',
  readConcernLevel: 'majority',
  readPreference: 'primary',
  retryWrites: 'true',
};

const mongoGuarantees: Rule = (_placed, env) =>
  ['MONGO_URI', 'MONGO_USERS_URI'].flatMap((name) => {
    // Their names are blind to case.
    const given = [...new URLSearchParams(env[name]?.split('?')[1])];
    const options = new Map(given.map(([option, value]) => [option.toLowerCase(), value]));
    const wrong = Object.entries(MONGO_GUARANTEES).filter(
      ([option, right]) => (options.get(option.toLowerCase()) ?? right) !== right,
    );
    const search = 'search may read from others by MONGO_SEARCH_READ_PREFERENCE';
    return wrong.map(([option, right]) => ({
      name,
      hidden: true,
      message: `must not set ${option}, but to ${right}${option === 'readPreference' ? `; ${search}` : ''}`,
    }));
  });

const filesGoWithTheStore: Rule = ({ STORE, FILES }, env) => {
  const name = 'FILES';
  if ((STORE === 'memory') !== (FILES === 'memory')) {
    const message = `must ${FILES === 'memory' ? 'not be memory' : 'be memory'} where STORE=${STORE}: one would outlive the other`;
    return [{ name, value: FILES, message }];
  }
  if (FILES === 'mongo' && !env.MONGO_URI) return [{ name: 'MONGO_URI', message: 'must be set where FILES=mongo' }];
  if (FILES === 's3' && !env.S3_BUCKET) return [{ name: 'S3_BUCKET', message: 'must be set where FILES=s3' }];
  if (Boolean(env.S3_ACCESS_KEY_ID) === Boolean(env.S3_SECRET_ACCESS_KEY)) return [];
  const missing = env.S3_ACCESS_KEY_ID ? 'S3_SECRET_ACCESS_KEY' : 'S3_ACCESS_KEY_ID';
  return [{ name: missing, message: 'must be set too: a key has both parts' }];
};

const mongoPool: Rule = (_placed, { MONGO_MIN_POOL_SIZE: least, MONGO_MAX_POOL_SIZE: most }) => {
  if (!least || !most || Number(least) <= Number(most)) return [];
  return [{ name: 'MONGO_MIN_POOL_SIZE', value: least, message: `must not be above MONGO_MAX_POOL_SIZE (${most})` }];
};

const rules: Rule[] = [
  severalProcesses,
  redisAddress,
  redisAuthority,
  mongoAddresses,
  mongoGuarantees,
  mongoPool,
  filesGoWithTheStore,
];

/** What only shows once it is known where everything is kept. `env` is as it was given. */
export function clusterProblems(placed: Placed, env: Env): ConfigProblem[] {
  return rules.flatMap((rule) => rule(placed, env));
}
