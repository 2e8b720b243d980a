import { Logger } from '@nestjs/common';
import type { Instance } from '../../../libs/cluster/index.js';
import type { Model } from '../../../libs/models/index.js';
import type { Config } from '../../config/config.js';
import { ConfigError } from '../../config/config-error.js';
import { version } from '../../config/version.js';
import { DOCTOR_USAGE, type DoctorArguments, parseArguments } from './doctor-arguments.js';
import { type Finding, inWords, ok, problem, warning } from './findings/finding.js';
import { fileContentFindings } from './file-contents.js';
import { frontFindings } from './front/front.js';
import { instanceFindings } from './instances.js';
import { machineFindings } from './machine.js';
import { mongoFindings } from './mongo.js';
import { providerFindings } from './providers.js';
import { redisFindings } from './redis.js';
import { secretFindings } from './secrets.js';

const EXIT_FAILED = 1;
/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

const UNREADABLE = 'The user that runs this, and the servers, must be able to read the file: chown it to that user.';
const NAMES = 'Correct the line in .env, or take it out: .env.example has every name.';

/** What only the root of the product can make. */
export interface DoctorSources {
  load(): Config;
  /** What looks like a mistake in `.env`. */
  envFile(): string[];
  /** Those on the list of instances; undefined where each process has its own. */
  instances(config: Config): Promise<Instance[] | undefined>;
  /** One for each endpoint, which asks its provider for the models whatever the configuration names. */
  models(config: Config): Promise<Model[]>;
}

interface Io {
  out(line: string): void;
  err(line: string): void;
}

/** Reads the environment and tries it. Exit code 1: there are problems. It leaves nothing behind, and shows no secret. */
export async function doctorCommand(args: string[], sources: DoctorSources, io: Io): Promise<number> {
  const parsed = parseArguments(args);
  if (!parsed) {
    io.err(DOCTOR_USAGE);
    return EXIT_USAGE;
  }
  // What connections have to say, with the addresses in it, would be in the way.
  Logger.overrideLogger(false);
  const findings = await examine(parsed, sources);
  const isWell = findings.every(({ level }) => level !== 'problem');
  if (parsed.json) io.out(JSON.stringify({ version: version(), at: new Date().toISOString(), ok: isWell, findings }));
  else for (const line of inWords(findings)) io.out(line);
  return isWell ? 0 : EXIT_FAILED;
}

async function examine({ url, streams }: DoctorArguments, sources: DoctorSources): Promise<Finding[]> {
  const envFile = sources.envFile().map((says) => warning('config.file', says, NAMES));
  let config: Config;
  try {
    config = sources.load();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((each) =>
      problem(
        `config.${each.name}`,
        each.message,
        each.name === '.env' ? UNREADABLE : 'Set it in .env or the environment.',
      ),
    );
    return [...problems, ...envFile];
  }
  const redis = await redisFindings(config);
  const isRedisAway = redis.some(({ check, level }) => check === 'redis.reach' && level === 'problem');
  const instances = isRedisAway ? undefined : await sources.instances(config);
  const parts = await Promise.all([
    machineFindings(config, streams),
    secretFindings(config),
    redis,
    mongoFindings(config, instances?.length ?? 1),
    fileContentFindings(config),
    sources.models(config).then(providerFindings),
    // What the front shows is more than can be guessed.
    instanceFindings(config, instances).filter(({ check }) => !url || check !== 'front.trust'),
  ]);
  // By itself: what else runs at the same time could be taken for buffering.
  const front = url ? await frontFindings(url, config) : [];
  return [ok('config', 'Every variable is as it should be'), ...envFile, ...parts.flat(), ...front];
}
