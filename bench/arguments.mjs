// What stands behind `npm run bench --`.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [scenario …] [options]

Scenarios: ask, overload, hold, quiet, slow, api, login, uploads, reload, scale, idle, soak; all of them where none is named.

  --backend <b>      embedded, cluster (Redis + Mongo engine), or both (default)
  --users N          instead of the scenario's own numbers of users or streams
  --rate N           arrivals a second (ask: 200; api: 2,000, on the cluster 1,000)
  --seconds S        how long each measurement lasts (10; overload: 120)
  --minutes M        how long soak lasts (2; for a publication 30)
  --against FOLDER   measures another build of Parley, in its folder, instead of the ground truths (ask, hold)
  --runs N           measurements of each, of which the median counts (1; for a publication 5)
  --workers N        processes of the cluster (2)
  --warm-up N        turns before anything is measured (2,000)
  --cores LIST       what all of it runs on, as for taskset (0,1)
  --json             the report on the standard output, instead of tables
  --out FOLDER       where report.json and report.html go (bench)
  --save-baseline    keeps this run's ratios in bench/baseline.json, to compare with
  --save-costs       keeps what this run measured in bench/costs.json, for npm run capacity
  --profile [KIND]   profiles the server processes: cpu (default) or heap`;

const BACKENDS = { embedded: ['embedded'], cluster: ['cluster'], both: ['embedded', 'cluster'] };

/** Throws where something is wrong. */
export function parse(argv, known) {
  const number = { type: 'string' };
  // --profile alone is --profile cpu.
  const args = argv.map((arg, i) =>
    arg === '--profile' && !['cpu', 'heap'].includes(argv[i + 1]) ? '--profile=cpu' : arg,
  );
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      backend: { type: 'string', default: 'both' },
      users: number,
      rate: number,
      seconds: number,
      minutes: number,
      runs: number,
      workers: number,
      'warm-up': number,
      cores: { type: 'string', default: '0,1' },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      against: { type: 'string' },
      'save-baseline': { type: 'boolean', default: false },
      'save-costs': { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  for (const name of positionals) if (!known.includes(name)) throw new Error(`there is no scenario ${name}`);
  if (!BACKENDS[values.backend]) throw new Error('--backend is embedded, cluster or both');
  if (values.profile && !['cpu', 'heap'].includes(values.profile)) throw new Error('--profile is cpu or heap');
  const numberOf = (name, otherwise) => {
    if (values[name] === undefined) return otherwise;
    const value = Number(values[name]);
    if (!(value >= 0)) throw new Error(`--${name} must be a number`);
    return value;
  };
  return {
    help: values.help,
    scenarios: positionals.length > 0 ? positionals : known,
    backends: BACKENDS[values.backend],
    users: numberOf('users'),
    rate: numberOf('rate'),
    seconds: numberOf('seconds'),
    minutes: numberOf('minutes'),
    runs: numberOf('runs', 1),
    workers: numberOf('workers', Math.min(2, availableParallelism())),
    warmUp: numberOf('warm-up', 2000),
    cores: values.cores,
    json: values.json,
    out: values.out,
    against: values.against,
    saveBaseline: values['save-baseline'],
    saveCosts: values['save-costs'],
    profile: values.profile,
  };
}
