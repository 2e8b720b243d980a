// What the product has counted itself: how often it asked Redis and MongoDB, and how many answers have ended.
import { METRICS_TOKEN } from './sampler.mjs';

const NAMES = {
  redisCommands: 'parley_redis_commands_total',
  mongoOperations: 'parley_mongo_operation_duration_seconds_count',
  turns: 'parley_generation_ends_total',
};

/** The sum of all series of a name; 0 where there is none. */
export function total(text, name) {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

export async function countersOf(url) {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const response = await fetch(`${url}/metrics`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`/metrics: ${response.status} ${text}`);
  return Object.fromEntries(Object.entries(NAMES).map(([key, name]) => [key, total(text, name)]));
}

export const difference = (after, before) =>
  Object.fromEntries(Object.keys(after).map((key) => [key, after[key] - before[key]]));
