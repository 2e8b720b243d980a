// Where measurements are made: starts what a scenario needs, and measures it.
import { setTimeout as sleep } from 'node:timers/promises';
import { join, resolve } from 'node:path';
import { addAccounts } from './system/accounts.mjs';
import { startBackends } from './system/backends.mjs';
import { bench, end, message, start, temporaryFolder, totalCpu, totalMemory } from './system/processes.mjs';
import { countersOf, difference } from './system/counters.mjs';
import { METRICS_TOKEN, Sampler } from './system/sampler.mjs';
import { startProcess, startUnderPm2 } from './system/server.mjs';
import { Histogram } from './load/histogram.mjs';

const JWT_SECRET = 'a-secret-of-the-benchmark-0123456789abcdef';

/** The same for every scenario: nothing that makes a server faster. Tokens live for the whole run. */
const SETTINGS = { JWT_SECRET, METRICS_TOKEN, ACCESS_TOKEN_MINUTES: '1440' };

/** So that the loop of generator and upstream is empty again. */
const PAUSE_MS = 300;

export class Lab {
  #accounts = { embedded: [], cluster: [] };
  #folder = temporaryFolder('data');
  /** The other build, if there is one: it stands for every ground truth. */
  #other;

  static async open(options) {
    const lab = new Lab();
    lab.options = options;
    lab.log = options.log;
    lab.upstream = start(join(bench, 'upstream.mjs'));
    lab.baseUrl = `http://127.0.0.1:${(await message(lab.upstream)).port}/v1`;
    return lab;
  }

  async close() {
    this.upstream.kill();
    if (this.generator) this.generator.kill();
  }

  /** Redis and the replica set: one of each for the whole run, with all that was stored. */
  async backends() {
    if (!this.started) this.log('starting Redis and the Mongo engine');
    return (this.started ??= await startBackends());
  }

  /**
   * The product. `backend`: embedded or cluster. `models` that the upstream offers, `env` with lifts and whatever else the
   * scenario sets. It is stopped after `work(target)`.
   */
  async withServer({ backend, models = ['1x1'], env, workers = this.options.workers, pm2 = false }, work) {
    const shared = backend === 'cluster' ? (await this.backends()).env : {};
    const all = {
      ...SETTINGS,
      ...shared,
      OPENAI_BASE_URL: this.baseUrl,
      OPENAI_MODELS: models.join(','),
      DATA_DIR: this.#folder,
      ...env,
      ...this.options.profiler?.env,
    };
    const isUnderPm2 = pm2 || backend === 'cluster';
    this.log(`starting Parley, ${backend === 'cluster' ? `${workers} workers on Redis + Mongo engine` : 'embedded'}`);
    const target = isUnderPm2 ? await startUnderPm2(all, backend === 'cluster' ? workers : 1) : await startProcess(all);
    try {
      if (this.options.against) this.#other = await this.#startOther(backend, { ...all, ...env }, workers);
      return await work({ ...target, isOurs: true, backend });
    } finally {
      await this.#other?.stop();
      await target.stop();
    }
  }

  /** With stores and accounts of its own. */
  async #startOther(backend, env, workers) {
    const folder = resolve(this.options.against);
    this.log(`starting the build in ${folder}`);
    const isCluster = backend === 'cluster';
    const backends = isCluster ? await startBackends() : undefined;
    const all = { ...env, ...backends?.env, DATA_DIR: temporaryFolder('data-other') };
    const target = isCluster ? await startUnderPm2(all, workers, folder) : await startProcess(all, folder);
    const stop = async () => {
      await target.stop();
      for (const pid of [backends?.redisPid, backends?.mongoPid]) if (pid) process.kill(pid);
      this.#other = undefined;
    };
    return { ...target, stop, isOurs: false, name: 'other build', accounts: [] };
  }

  /** Of how many questions the model was asked since the last call, and of how many more than once. */
  async modelCalls() {
    const counted = message(this.upstream);
    this.upstream.send('count');
    return counted;
  }

  /** A ground truth, for as long as `work(target)` takes. */
  async withTruth(name, env, work) {
    if (this.#other) return work(this.#other);
    const folder = temporaryFolder(name);
    const child = start(join(bench, 'truths', `${name}.mjs`), {
      OPENAI_BASE_URL: this.baseUrl,
      JWT_SECRET,
      DATA_DIR: folder,
      NODE_ENV: 'production',
      ...env,
    });
    const { port } = await message(child);
    try {
      return await work({ url: `http://127.0.0.1:${port}`, pids: async () => [child.pid], isOurs: false, name });
    } finally {
      await end(child);
    }
  }

  /** `count` people with accounts on this server, logged in. They stay for all scenarios of the run. */
  async accounts(target, count) {
    const accounts = this.#accounts[target.backend];
    if (accounts.length < count) this.log(`making ${count - accounts.length} accounts`);
    await addAccounts(target.url, accounts, count);
    if (this.#other) await addAccounts(this.#other.url, this.#other.accounts, count);
    return accounts.slice(0, count);
  }

  /**
   * Has the generator do `job` against the target. What is used between the job's begin and end is in the result, and
   * `during(phase)` is called at each of the job's phases.
   */
  async measure(target, job, during = () => undefined) {
    await sleep(PAUSE_MS);
    const pids = await target.pids();
    const { profiler } = this.options;
    const others = { upstream: [this.upstream.pid], redis: [], mongo: [] };
    if (target.backend === 'cluster') {
      others.redis = [this.started.redisPid];
      others.mongo = [this.started.mongoPid];
    }
    const costs = () => ({
      server: totalCpu(pids),
      ...Object.fromEntries(Object.entries(others).map(([name, them]) => [name, totalCpu(them)])),
    });
    let before, after, sampler, profile;
    // Outside of what is measured: a scrape costs something too.
    const counted = target.isOurs ? await countersOf(target.url) : undefined;
    const who = target.accounts && { accounts: target.accounts.slice(0, job.accounts.length) };
    const result = await this.#generate({ ...job, ...who, url: target.url }, (phase) => {
      if (phase === 'begin') {
        if (target.isOurs && job.profiled !== false) profiler?.start(pids);
        before = costs();
        sampler = new Sampler(target, pids);
      } else if (phase === 'end') {
        after = costs();
        sampler.stop();
        if (target.isOurs && job.profiled !== false) profile = profiler?.stop(pids);
      }
      during(phase);
    });
    const cpu = Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - before[name]]));
    const times = Object.fromEntries(Object.entries(result.times).map(([name, json]) => [name, Histogram.from(json)]));
    return {
      ...result,
      times,
      cpu: { ...cpu, generator: result.cpuMs },
      counted: counted && difference(await countersOf(target.url), counted),
      memoryMb: totalMemory(pids),
      samples: sampler.samples,
      profile: await profile,
    };
  }

  async #generate(job, onPhase) {
    this.generator ??= start(join(bench, 'load/main.mjs'));
    const child = this.generator;
    return new Promise((resolve, reject) => {
      const onExit = (code) => reject(new Error(`the load generator ended with ${code}`));
      const onMessage = ({ phase, result }) => {
        if (phase !== 'result') return onPhase(phase);
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(result);
      };
      child.on('message', onMessage);
      child.once('exit', onExit);
      child.send(job);
    });
  }

  /**
   * Measures ours and the ground truth by turns, `runs` times, so that whatever else the machine does hits both. `jobs`:
   * `{ ours, truth }`. Returns the measurements: `{ ours: [], truth: [] }`, with `truthName` where another build stands for it.
   */
  async alternate({ ours, truth }, jobs, what) {
    const measured = { ours: [], truth: [] };
    for (let run = 1; run <= this.options.runs; run++) {
      this.log(`${what}, run ${run} of ${this.options.runs}`);
      const theirs = this.#other ? jobs.ours : (jobs.truth ?? jobs.ours);
      if (truth) measured.truth.push(await this.measure(truth, theirs));
      measured.ours.push(await this.measure(ours, jobs.ours));
    }
    return this.#other ? { ...measured, truthName: this.#other.name } : measured;
  }
}
