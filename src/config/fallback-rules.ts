import { basename } from 'node:path';
import type { ConfigProblem } from './config-error.js';
import type { Endpoint, EndpointsFile } from './endpoints-file.js';

/** What may be asked beside the endpoints of the file, and its models as far as they are named. */
function ofEnvironment(env: Record<string, string>): Map<string, string[] | undefined> {
  const all = new Map<string, string[] | undefined>();
  for (const [name, prefix] of [
    ['openAI', 'OPENAI'],
    ['anthropic', 'ANTHROPIC'],
  ]) {
    if (!env[`${prefix}_API_KEY`] && !env[`${prefix}_BASE_URL`]) continue;
    const models = (env[`${prefix}_MODELS`] ?? '').split(',').map((model) => model.trim());
    const named = models.filter(Boolean);
    all.set(name, named.length > 0 ? named : undefined);
  }
  const isDemoOff = ['false', '0', 'no', 'off', 'n', 'disabled'].includes(env.DEMO?.toLowerCase());
  return isDemoOff ? all : all.set('demo', undefined);
}

/** The names of what it offers for chat; undefined: its provider tells. */
function chatModels({ models }: Endpoint): string[] | undefined {
  return models?.filter(({ kind }) => kind !== 'embedding').map(({ name }) => name);
}

/** The way by fallbacks from one endpoint to another, both included; undefined: there is none. */
function wayBetween(from: string, to: string, all: Endpoint[], seen = new Set<string>()): string[] | undefined {
  if (from === to) return [to];
  seen.add(from);
  const next = all.find(({ name }) => name === from)?.fallbacks ?? [];
  for (const { endpoint } of next) {
    const way = seen.has(endpoint) ? undefined : wayBetween(endpoint, to, all, seen);
    if (way) return [from, ...way];
  }
  return undefined;
}

/** Fallbacks that lead nowhere, or round. `env` and `file` as they were given. */
export function fallbackProblems(
  env: Record<string, string>,
  path: string | undefined,
  { endpoints }: EndpointsFile,
): ConfigProblem[] {
  const offers = ofEnvironment(env);
  for (const endpoint of endpoints) offers.set(endpoint.name, chatModels(endpoint));
  return endpoints.flatMap(({ name, fallbacks = [] }, at) =>
    fallbacks.flatMap((fallback, i) => {
      const where = `${basename(path ?? '')}, endpoint ${at + 1} (${name}), fallback ${i + 1}`;
      const message = wrong(name, fallback, offers, endpoints);
      return message === undefined ? [] : [{ name: where, message }];
    }),
  );
}

function wrong(
  name: string,
  { endpoint, model }: { endpoint: string; model: string },
  offers: Map<string, string[] | undefined>,
  endpoints: Endpoint[],
): string | undefined {
  if (endpoint === name) return 'is this endpoint itself: name a model of another one';
  if (!offers.has(endpoint)) return `names no endpoint that there is: there are ${[...offers.keys()].join(', ')}`;
  const models = offers.get(endpoint);
  if (models && !models.includes(model)) {
    return `names no model for chat that ${endpoint} has: it has ${models.join(', ') || 'none'}`;
  }
  const back = wayBetween(endpoint, name, endpoints);
  if (!back) return undefined;
  return `goes round (${[name, ...back].join(' → ')}): each would send the other what it can’t do itself`;
}
