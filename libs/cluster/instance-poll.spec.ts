import { eventually } from '../../test/support/eventually.js';
import { redisForTests } from '../redis/redis.testing.js';
import type { Instance } from './instances/instance-registry.js';
import { MemoryInstanceRegistry } from './instances/memory/instance-registry.js';
import { InstancePoll } from './instance-poll.js';
import { MemorySignals } from './signals/memory/signals.js';
import { RedisSignals } from './signals/redis/signals.js';
import type { Signals } from './signals/signals.js';

/** Nobody waits for it where all answer. */
const LONG_MS = 60_000;

const redis = redisForTests();
const backends: Array<[string, () => Promise<{ signals(): Signals; close(): Promise<void> }>]> = [
  [
    'memory',
    async () => {
      const signals = new MemorySignals();
      return { signals: () => signals, close: () => signals.close() };
    },
  ],
  [
    'redis',
    async () => {
      const client = await redis.open();
      return { signals: () => new RedisSignals(client), close: () => client.close() };
    },
  ],
];

describe.each(backends)('InstancePoll over %s', (_, open) => {
  let backend: Awaited<ReturnType<typeof open>>;
  let entries: Map<string, Instance>;
  let calls: Array<InstancePoll<unknown>>;

  beforeEach(async () => {
    backend = await open();
    entries = new Map();
    calls = [];
  });
  afterEach(async () => {
    for (const call of calls) call.close();
    await backend.close();
  });

  const instance = async (id: string, answer: () => Promise<unknown> = async () => `I am ${id}`) => {
    const registry = new MemoryInstanceRegistry(entries);
    await registry.enter({ id, pid: 1, version: '1', startedAt: calls.length, works: true, draining: false });
    const call = new InstancePoll('call', id, backend.signals(), registry, answer);
    calls.push(call);
    return call;
  };

  it('asks all, and waits no longer than for the last', async () => {
    const [a, b] = [await instance('a'), await instance('b'), await instance('c')];
    // A backend may take a moment before it listens.
    await eventually(async () => (await a.ask(50)).silent.length === 0 && (await b.ask(50)).silent.length === 0);
    for (const call of [a, b, a]) {
      const { answers, instances, silent } = await call.ask(LONG_MS);
      expect(Object.fromEntries(answers)).toEqual({ a: 'I am a', b: 'I am b', c: 'I am c' });
      expect(instances.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
      expect(silent).toEqual([]);
    }
  });

  it('keeps apart what is asked at once', async () => {
    let n = 0;
    const all = [await instance('a'), await instance('b', async () => ++n)];
    await eventually(async () => (await all[0].ask(50)).silent.length === 0);
    n = 0;
    const asked = await Promise.all(Array.from({ length: 20 }, () => all[0].ask(LONG_MS)));
    expect(asked.map(({ answers }) => answers.get('b')).sort()).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1).sort(),
    );
  });

  it('does without who is silent, or can not answer', async () => {
    const a = await instance('a');
    await instance('hangs', () => new Promise(() => {}));
    await instance('fails', () => Promise.reject(new Error('no')));
    const dead = await instance('dead');
    dead.close();
    dead.close();
    const { answers, silent } = await a.ask(100);
    expect([...answers.keys()]).toEqual(['a']);
    expect(silent).toEqual(['hangs', 'fails', 'dead']);
  });

  it('answers itself though nobody lists it, and fails where it can not', async () => {
    const registry = new MemoryInstanceRegistry();
    const alone = new InstancePoll('call', 'a', backend.signals(), registry, async () => 1);
    const failing = new InstancePoll('call', 'b', backend.signals(), registry, () => Promise.reject(new Error('no')));
    calls.push(alone, failing);
    expect(await alone.ask(LONG_MS)).toEqual({ answers: new Map([['a', 1]]), instances: [], silent: [] });
    await expect(failing.ask(LONG_MS)).rejects.toThrow('no');
  });
});
