// What the capacity planner reckons with (scripts/capacity.mjs): what a turn, a token, a stream and a process cost.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const find = (sections, scenario, backend, pattern) => {
  const section = sections.find((one) => one.scenario === scenario && one.backend === backend);
  // Of several the last: the most users or streams.
  return section?.figures.filter(({ id, median }) => pattern.test(id) && median !== null).at(-1);
};

/** Processor time of `who` for a turn, ms: its cores over the turns of a second. */
function cpuOf(who, sections, backend) {
  const turns = find(sections, 'ask', backend, /^rate-\d+\/turns$/);
  const section = sections.find((one) => one.scenario === 'ask' && one.backend === backend);
  const cores = section?.costs.find(({ label }) => label.endsWith('arrivals/s'))?.cores[who];
  return turns && cores !== undefined ? { median: (cores * 1000) / turns.median } : undefined;
}

/** Redis' processor time for a token, µs: the servers', in the ratio of what both used. */
function redisTokenOf(sections, backend) {
  const token = find(sections, 'hold', backend, /^upstream-\d+\/cpu$/);
  const section = sections.find((one) => one.scenario === 'hold' && one.backend === backend);
  const { redis, server } = section?.costs.findLast(({ label }) => label.endsWith('streams, upstream'))?.cores ?? {};
  return token && redis !== undefined && server > 0 ? { median: (token.median * redis) / server } : undefined;
}

/** Each with where it is found in a run. Those of Redis and MongoDB: on the cluster alone. */
const COSTS = {
  turnCpuMs: (sections, backend) => find(sections, 'ask', backend, /^rate-\d+\/cpu$/),
  tokenCpuUs: (sections, backend) => find(sections, 'hold', backend, /^upstream-\d+\/cpu$/),
  idleMb: (sections, backend) => find(sections, 'idle', backend, /^memory$/),
  streamKb: (sections, backend) => find(sections, 'quiet', backend, /^\d+\/kb$/),
  redisCommands: (sections, backend) => find(sections, 'ask', backend, /^rate-\d+\/redis-commands$/),
  mongoOperations: (sections, backend) => find(sections, 'ask', backend, /^rate-\d+\/mongo-operations$/),
  redisCpuMs: (sections, backend) => cpuOf('redis', sections, backend),
  redisTokenUs: redisTokenOf,
};

/** Replaces what this run measured, without a failure; the rest stays as it was. Gives back the names of what it wrote. */
export function saveCosts(file, { machine, sections }) {
  const costs = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { embedded: {}, cluster: {}, assumed: {} };
  const whole = sections.filter(({ failed }) => failed === 0);
  const written = [];
  for (const backend of ['embedded', 'cluster']) {
    for (const [name, pick] of Object.entries(COSTS)) {
      const figure = pick(whole, backend);
      if (!figure) continue;
      const value = Number(figure.median.toPrecision(3));
      const how = `${machine.date.slice(0, 10)}, ${machine.commit}, ${machine.processor}`;
      costs[backend][name] = { ...costs[backend][name], value, measured: true, how };
      written.push(`${backend}.${name}`);
    }
  }
  writeFileSync(file, `${JSON.stringify(costs, null, 2)}\n`);
  return written;
}
