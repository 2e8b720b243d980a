import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ConfigProblem } from './config-error.js';
import type { EndpointsFile } from './endpoints-file.js';
import { fallbackProblems } from './fallback-rules.js';
import { fromHome } from './home.js';

/** The file that is read where CONFIG_FILE names none. */
const DEFAULT_FILE = 'parley.yaml';

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** The whole path of the YAML file, undefined where there is none. */
export function configFile(env: Record<string, string>, cwd: string): string | undefined {
  if (env.CONFIG_FILE) return resolve(cwd, fromHome(env.CONFIG_FILE));
  const path = join(cwd, DEFAULT_FILE);
  return isFile(path) ? path : undefined;
}

type Rule = (env: Record<string, string>, cwd: string, file: EndpointsFile) => ConfigProblem | undefined;

const fileIsThere: Rule = (env, cwd) => {
  if (!env.CONFIG_FILE || isFile(resolve(cwd, fromHome(env.CONFIG_FILE)))) return undefined;
  return { name: 'CONFIG_FILE', value: env.CONFIG_FILE, message: `must be a file: there is none at that place` };
};

const modelsNeedProvider =
  (provider: string): Rule =>
  (env) => {
    const name = `${provider}_MODELS`;
    if (!env[name] || env[`${provider}_API_KEY`] || env[`${provider}_BASE_URL`]) return undefined;
    return { name, value: env[name], message: `would do nothing: set ${provider}_API_KEY or ${provider}_BASE_URL too` };
  };

/**
 * `~` was taken for a folder's name once. Whoever has such a folder would find an empty server in its place, which the
 * first comer owns.
 */
const noLiteralHome: Rule = (env, cwd) => {
  const { DATA_DIR } = env;
  if (!DATA_DIR?.startsWith('~') || !existsSync(resolve(cwd, DATA_DIR))) return undefined;
  const message = `means ${fromHome(DATA_DIR)}, but there is a folder ${resolve(cwd, DATA_DIR)}: move it there, or write ./${DATA_DIR}`;
  return { name: 'DATA_DIR', value: DATA_DIR, message };
};

/** LibreChat's word for a key that each person brings. */
const keyIsOurs =
  (provider: string): Rule =>
  (env) => {
    const name = `${provider}_API_KEY`;
    if (env[name] !== 'user_provided') return undefined;
    return { name, value: env[name], message: `must be a key: nobody brings one of their own here; or remove it` };
  };

const somebodyAnswers: Rule = (env, cwd, file) => {
  const demoOff = ['false', '0', 'no', 'off', 'n', 'disabled'].includes(env.DEMO?.toLowerCase());
  const providers = ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'];
  // A file that can't be read is told of by itself.
  const others = file.endpoints.length + file.problems.length > 0 || fileIsThere(env, cwd, file);
  if (!demoOff || others || providers.some((name) => env[name])) return undefined;
  return {
    name: 'DEMO',
    value: env.DEMO,
    message: `leaves nobody to answer: set OPENAI_API_KEY or ANTHROPIC_API_KEY, or name endpoints in ${DEFAULT_FILE}`,
  };
};

const rules: Rule[] = [
  fileIsThere,
  noLiteralHome,
  ...['OPENAI', 'ANTHROPIC'].flatMap((provider) => [modelsNeedProvider(provider), keyIsOurs(provider)]),
  somebodyAnswers,
];

/** What no variable shows alone. `env` is as it was given, so that the rules speak of what the operator wrote. */
export function crossFieldProblems(env: Record<string, string>, cwd: string, file: EndpointsFile): ConfigProblem[] {
  const problems = rules.map((rule) => rule(env, cwd, file)).filter((problem) => problem !== undefined);
  return [...problems, ...fallbackProblems(env, configFile(env, cwd), file)];
}
