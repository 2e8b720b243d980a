import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { difference, total } from '../system/counters.mjs';
import { saveCosts } from './costs.mjs';

describe('saveCosts', () => {
  let folder;
  let file;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-costs-'));
    file = join(folder, 'costs.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const machine = { date: '2026-03-01T10:00:00Z', commit: 'abc', processor: 'a processor' };
  const section = (scenario, backend, figures, { failed = 0, costs = [] } = {}) => ({
    scenario,
    backend,
    failed,
    costs,
    figures: Object.entries(figures).map(([id, median]) => ({ id, median })),
  });
  const read = () => JSON.parse(readFileSync(file, 'utf8'));

  it('takes what a run measured, of the most streams, and says where from', () => {
    const ask = { 'rate-200/cpu': 6.2345, 'rate-200/turns': 200, 'users-500/cpu': 9 };
    const stores = { 'rate-200/redis-commands': 41.02, 'rate-200/mongo-operations': 8.9 };
    const costs = [
      { label: '200 arrivals/s', cores: { redis: 0.3 } },
      { label: '500 users, closed loop', cores: { redis: 9 } },
    ];
    const written = saveCosts(file, {
      machine,
      sections: [
        section('ask', 'cluster', { ...ask, ...stores }, { costs }),
        section(
          'hold',
          'cluster',
          { 'upstream-50/cpu': 200, 'upstream-500/cpu': 90, 'demo-500/cpu': 1 },
          {
            costs: [
              { label: '50 streams, upstream', cores: { server: 1, redis: 9 } },
              { label: '500 streams, upstream', cores: { server: 0.9, redis: 0.2 } },
              { label: '500 streams, demo', cores: { server: 1, redis: 7 } },
            ],
          },
        ),
        section('idle', 'embedded', { memory: 151 }),
        section('quiet', 'embedded', { '10000/kb': 28.4, '10000/silence': 12 }),
      ],
    });
    const { cluster, embedded } = read();
    const values = Object.fromEntries(Object.entries(cluster).map(([name, { value }]) => [name, value]));
    expect(values).toEqual({
      turnCpuMs: 6.23,
      tokenCpuUs: 90,
      redisCommands: 41,
      mongoOperations: 8.9,
      redisCpuMs: 1.5,
      redisTokenUs: 20,
    });
    expect(embedded.idleMb).toEqual({ value: 151, measured: true, how: '2026-03-01, abc, a processor' });
    expect(embedded.streamKb.value).toBe(28.4);
    expect(written).toHaveLength(8);
  });

  it('leaves what it did not measure, or not well', () => {
    const before = {
      embedded: { turnCpuMs: { value: 3, unit: 'ms', what: 'a turn', measured: false, how: 'guessed' } },
      cluster: { turnCpuMs: { value: 7, unit: 'ms', what: 'a turn', measured: true, how: 'once' } },
      assumed: { peak: { value: 2 } },
    };
    writeFileSync(file, JSON.stringify(before));
    const sections = [
      section('ask', 'embedded', { 'rate-200/cpu': 4 }),
      section('ask', 'cluster', { 'rate-200/cpu': 99 }, { failed: 1 }),
      section('idle', 'cluster', { memory: null }),
    ];
    expect(saveCosts(file, { machine, sections })).toEqual(['embedded.turnCpuMs']);
    const { embedded, ...rest } = read();
    expect(rest).toEqual({ cluster: before.cluster, assumed: before.assumed });
    expect(embedded.turnCpuMs).toMatchObject({ value: 4, unit: 'ms', what: 'a turn', measured: true });
  });
});

describe('counters', () => {
  it('add up the series of a name, and of no other', () => {
    const text = [
      '# TYPE a_total counter',
      'a_total 3',
      'ends_total{status="complete"} 5',
      'ends_total{status="stopped"} 2',
      'ends_total_other 100',
    ].join('\n');
    expect([total(text, 'a_total'), total(text, 'ends_total'), total(text, 'none_total')]).toEqual([3, 7, 0]);
    expect(difference({ a: 5 }, { a: 3 })).toEqual({ a: 2 });
  });
});
