import { MemoryInstanceRegistry } from '../../libs/cluster/instances/memory/instance-registry.js';
import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';

// Several applications in this process, as instances over one backend.
jest.mock('../../libs/cluster/signals/memory/signals.js', () => {
  const { MemorySignals } = jest.requireActual('../../libs/cluster/signals/memory/signals.js');
  const shared = new MemorySignals();
  const share = () => Object.assign(Object.create(shared), { close: async () => {} });
  return { MemorySignals: jest.fn(share) };
});
jest.mock('../../libs/cluster/instances/memory/instance-registry.js', () => {
  const { MemoryInstanceRegistry } = jest.requireActual('../../libs/cluster/instances/memory/instance-registry.js');
  const entries = new Map();
  return { MemoryInstanceRegistry: jest.fn(() => new MemoryInstanceRegistry(entries)) };
});

it('the last hour is told by each instance as far back as it runs; one that does not know the question is named', async () => {
  const [app, other] = [await TestApp.start(), await TestApp.start()];
  const older = new MemoryInstanceRegistry();
  try {
    const admin = await app.person();
    await older.enter({ id: 'old', pid: 1, version: '0', startedAt: 0, works: true, draining: false });
    const history = await eventually(async () => {
      const answer = await admin.call('GET', '/api/admin/status/history');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const told = (await answer.json()) as any;
      return told.silent.length === 1 && told;
    });
    const numbers = expect.arrayContaining([expect.any(Number)]);
    expect(history).toEqual({
      at: expect.any(String),
      stepSeconds: 15,
      queue: { waiting: numbers, running: numbers, startsPerSecond: numbers },
      instances: [app, other].map((one) => ({
        instance: one.get(Lifecycle).instance,
        pid: process.pid,
        version: expect.stringMatching(/^\d/),
        startedAt: new Date(one.get(Lifecycle).startedAt).toISOString(),
        draining: false,
        figures: {
          cpuPercent: numbers,
          memoryRss: numbers,
          lagP99Ms: numbers,
          requestsPerSecond: numbers,
          answerP50Ms: expect.any(Array),
          answerP95Ms: expect.any(Array),
          firstTokenP50Ms: expect.any(Array),
          firstTokenP95Ms: expect.any(Array),
          generationsRunning: numbers,
          sseStreams: numbers,
          sockets: numbers,
        },
      })),
      silent: [{ instance: 'old', pid: 1, version: '0', startedAt: '1970-01-01T00:00:00.000Z', draining: false }],
    });
  } finally {
    await older.leave();
    await other.stop();
    await app.stop();
  }
});
