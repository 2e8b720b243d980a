/* global __dirname */
import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from './arguments.mjs';
import { plan } from './plan.mjs';
import { batchesOf, turnMs } from './turn.mjs';

const root = join(__dirname, '../..');
const costs = JSON.parse(readFileSync(join(root, 'bench/costs.json'), 'utf8'));

/** Round numbers, so that all below is reckoned by hand. */
const values = (group) => Object.fromEntries(Object.entries(group).map(([name, value]) => [name, { value }]));
const ROUND = {
  embedded: values({ turnCpuMs: 3, tokenCpuUs: 50, idleMb: 100, streamKb: 30 }),
  cluster: values({
    turnCpuMs: 6,
    tokenCpuUs: 100,
    idleMb: 200,
    streamKb: 32,
    redisCommands: 40,
    mongoOperations: 10,
    redisCpuMs: 1,
    redisTokenUs: 25,
  }),
  assumed: values({
    measuredBatches: 20,
    batchesPerSecond: 40,
    tokensPerSecond: 50,
    firstTokenSeconds: 2,
    peak: 3,
    utilization: 0.5,
    spread: 1.5,
    readersPerAnswer: 1.5,
    socketKb: 16,
    garbage: 2,
    mongoCpuMs: 0.5,
    mongoMs: 10,
    mongoBurst: 4,
    mongoGb: 4,
    redisLimit: 0.5,
    tokenBytes: 4,
    entryBytes: 100,
    sessionBytes: 1000,
    messageBytes: 1000,
    questionTokens: 100,
    storedTextFactor: 2,
    busyMinutesPerMonth: 10_000,
    coreDollars: [10, 40],
    gbDollars: [2, 6],
    diskDollars: [0.1, 0.3],
  }),
};
const WANTED = { users: 1000, answersPerMinute: 1, tokens: 400 };

describe('batches of text', () => {
  it('are as many as there are tokens, or as there is time for', () => {
    expect(batchesOf(400, 20, 40)).toBe(400);
    expect(batchesOf(400, 50, 40)).toBe(320);
    expect(batchesOf(40, 1000 / 15, 40)).toBe(24);
    expect(batchesOf(1, 50, 40)).toBe(1);
  });
});

describe('an answer’s processor time', () => {
  it('is what the benchmark measured where there are as many batches, and more or less with them', () => {
    const { cluster, assumed } = ROUND;
    expect(turnMs(cluster, assumed, 20)).toEqual({ fixed: 4, whole: 6 });
    expect(turnMs(cluster, assumed, 320)).toEqual({ fixed: 4, whole: 36 });
    // Two measurements of different hours may disagree.
    expect(turnMs({ ...cluster, tokenCpuUs: { value: 1000 } }, assumed, 1)).toEqual({ fixed: 0, whole: 1 });
  });
});

describe('plan', () => {
  const sheet = plan(WANTED, ROUND);
  const get = (key) => Number(sheet.get(key).toFixed(6));

  it('reckons the load by Little’s law', () => {
    // 1,000 × 1 × 3 ÷ 60; 2 s + 400 ÷ 50.
    expect([get('rate'), get('lasts'), get('running'), get('streams')]).toEqual([50, 10, 500, 750]);
    expect(get('batches')).toBe(320);
  });

  it('says whether one process is enough', () => {
    // 3 − 20 × 0.05 + 320 × 0.05 = 18 ms; × 50 a second.
    expect([get('embedded.turnMs'), get('embedded.cores'), sheet.get('embedded.fits')]).toEqual([18, 0.9, 'no']);
    expect(get('embedded.memory')).toBe(Number((100 + ((750 * 30 + 1000 * 16) / 1024) * 2).toFixed(6)));
    expect(plan({ ...WANTED, users: 100 }, ROUND).get('embedded.fits')).toBe('yes');
    // Long answers: too many at once, however little they cost.
    const slow = { ...WANTED, users: 200, tokens: 10, tokensPerSecond: 0.1 };
    expect(plan(slow, ROUND).get('embedded.fits')).toBe('no');
  });

  it('takes processes by the scarcer of processor and answers at once, and two at least', () => {
    // 50 × 36 ms = 1.8 cores; ÷ 0.5, rounded up; × 1.5 before that on a slower machine.
    expect([get('cluster.cores'), get('workers'), get('workersMost')]).toEqual([1.8, 4, 6]);
    expect(plan({ ...WANTED, users: 1 }, ROUND).get('workers')).toBe(2);
    // 100 a second × 102 s, at 5 ms each.
    const patient = plan({ users: 10_000, answersPerMinute: 0.2, tokens: 10, tokensPerSecond: 0.1 }, ROUND);
    expect([patient.get('running'), patient.get('workers')]).toEqual([10_200, 11]);
    // 200 + (750 ÷ 4 × 32 + 1,000 ÷ 4 × 16) ÷ 1,024 × 2.
    expect(get('cluster.memory')).toBe(Number((200 + ((187.5 * 32 + 250 * 16) / 1024) * 2).toFixed(6)));
  });

  it('sizes Redis by commands, logs that are kept, and log-ins', () => {
    // 40 − 20 commands of a turn besides the batches; 1 ms − 20 × 25 µs + 320 × 25 µs.
    expect([get('redis.commands'), get('redis.cores'), get('redis.servers')]).toEqual([17_000, 0.425, 1]);
    // 50 × (10 + 300) logs of 320 × 100 + 400 × 4 bytes, and 1,000 log-ins.
    const bytes = 15_500 * 33_600 + 1_000_000;
    expect(get('redis.memory')).toBe(Number((bytes / 1024 ** 2).toFixed(6)));
    expect(get('redis.maxmemory')).toBe(1024);
    expect(plan({ ...WANTED, users: 1 }, ROUND).get('redis.maxmemory')).toBe(256);
    expect(plan({ ...WANTED, users: 3000 }, ROUND).get('redis.servers')).toBe(3);
  });

  it('sizes MongoDB by operations, and its pool by those under way', () => {
    // 50 × 10 + 4 × 2; × 0.5 ms; ÷ 0.5.
    expect([get('mongo.operations'), get('mongo.cores'), get('mongo.coresEach'), get('mongo.memory')]).toEqual([
      508, 0.254, 1, 4,
    ]);
    expect(get('mongo.pool')).toBe(20);
    const slow = { ...ROUND, assumed: { ...ROUND.assumed, mongoMs: { value: 100 } } };
    // 508 ÷ 4 × 0.1 s × 4 = 50.8.
    expect(plan(WANTED, slow).get('mongo.pool')).toBe(51);
    // 1,000 × 10,000 turns of 2 × 1,000 + 500 × 4 × 2 bytes.
    expect(get('mongo.growth')).toBeCloseTo((1e7 * 6000) / 1024 ** 3, 5);
  });

  it('counts connections and files', () => {
    expect([get('connections.clients'), get('connections.nginx')]).toEqual([1750, 3500]);
    expect([get('connections.redis'), get('connections.mongo')]).toEqual([16, 92]);
    expect(get('connections.files')).toBe(1750 / 2 + 120);
  });

  it('costs from … to', () => {
    const gb = get('memoryAll') + 1 + 12;
    const disk = 3 * 12 * sheet.get('mongo.growth');
    expect(get('money.least')).toBeCloseTo(8 * 10 + gb * 2 + disk * 0.1, 3);
    expect(get('money.most')).toBeCloseTo(10 * 40 + gb * 6 + disk * 0.3, 3);
  });

  it('rests on every cost in the file, and on every option', () => {
    const sections = (wanted, given) => JSON.stringify(plan(wanted, given).sections);
    // Enough load that no smallest size hides anything.
    const much = { ...WANTED, users: 20_000 };
    const before = sections(much, costs);
    const ignored = [];
    for (const [group, entries] of Object.entries(costs)) {
      for (const [name, cost] of Object.entries(entries)) {
        const value = [cost.value].flat().map((n) => n * 1.7);
        const changed = { ...entries, [name]: { ...cost, value: Array.isArray(cost.value) ? value : value[0] } };
        if (sections(much, { ...costs, [group]: changed }) === before) ignored.push(`${group}.${name}`);
      }
    }
    expect(ignored).toEqual([]);
    for (const option of ['users', 'answersPerMinute', 'tokens', 'tokensPerSecond', 'peak']) {
      expect([option, sections({ ...much, [option]: 7 }, costs) === before]).toEqual([option, false]);
    }
  });

  it('shows the arithmetic of every figure, in numbers', () => {
    for (const { rows } of plan(WANTED, costs).sections) {
      for (const { key, how } of rows.filter((row) => row.key !== 'users')) {
        expect([key, /\d/.test(how)]).toEqual([key, true]);
        expect([key, /NaN|undefined|Infinity/.test(how)]).toEqual([key, false]);
      }
    }
  });
});

describe('bench/costs.json', () => {
  it('says of every cost what it is, and of each of the benchmark’s whether it was measured', () => {
    for (const [group, entries] of Object.entries(costs)) {
      for (const [name, { value, unit, what, measured, how }] of Object.entries(entries)) {
        expect([name, [value].flat().every((n) => n > 0), typeof unit, what.length > 5]).toEqual([
          name,
          true,
          'string',
          true,
        ]);
        if (group !== 'assumed') expect([name, typeof measured, typeof how]).toEqual([name, 'boolean', 'string']);
      }
    }
  });
});

describe('npm run capacity', () => {
  const run = (...args) =>
    spawnSync(process.execPath, [join(root, 'scripts/capacity.mjs'), ...args], { encoding: 'utf8', timeout: 240_000 });

  it('prints the plan, and what it rests on', () => {
    const { status, stdout } = run('--users', '1,000', '--answers-per-minute', '2', '--tokens', '400');
    expect(status).toBe(0);
    expect(stdout).toMatch(/questions a second +66\.7 {2}= 1,000 people × 2 a minute × 2 \(peak\) ÷ 60/);
    for (const line of ['processes, one a core', 'MONGO_MAX_POOL_SIZE', 'maxmemory', 'nofile', 'from, $', 'to, $']) {
      expect(stdout).toContain(line);
    }
    expect(stdout).toMatch(/turnCpuMs .*measured/);
    expect(stdout).toMatch(/mongoCpuMs .*assumed/);
  });

  it('is for programs too', () => {
    const sections = JSON.parse(run('--users', '10', '--json').stdout);
    expect(sections[0].rows[0]).toMatchObject({ key: 'users', value: 10 });
  });

  it('refuses what makes no sense, in words', () => {
    for (const args of [[], ['--users', '0'], ['--users', 'many'], ['--users', '1', '--peak', '-1'], ['--cats', '1']]) {
      const { status, stderr } = run(...args);
      expect([args, status]).toEqual([args, 2]);
      expect(stderr).toContain('npm run capacity -- --users N');
    }
    expect(run('--help')).toMatchObject({ status: 0 });
    expect(parse(['--users', '5'])).toMatchObject({ answersPerMinute: 2, tokens: 400, tokensPerSecond: undefined });
  });
});
