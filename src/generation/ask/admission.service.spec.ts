import type { AppError } from '../../../libs/errors/index.js';
import type { QueueStats } from '../../queue/index.js';
import { testConfig } from '../../config/config.testing.js';
import { Admission } from './admission.service.js';

describe('Admission', () => {
  let stats: QueueStats;
  let isFull: boolean;
  let workersAreFull: boolean;
  let asked: number;
  let admission: Admission;

  beforeEach(() => {
    stats = { waiting: 0, running: 0, oldestWaitingMs: 0, startsPerSecond: 10 };
    isFull = workersAreFull = false;
    asked = 0;
    const queue = { stats: async () => (asked++, stats) };
    const capacity = { get isFull() { return isFull; } }; // prettier-ignore
    const presence = { get workersAreFull() { return workersAreFull; } }; // prettier-ignore
    const limits = { countRefusal: () => undefined };
    const config = testConfig({ QUEUE_MAX_WAITING: '1000' });
    admission = new Admission(
      queue as never,
      {} as never,
      limits as never,
      capacity as never,
      presence as never,
      config,
    );
  });
  afterEach(() => void jest.restoreAllMocks());

  const ask = async (): Promise<string> => {
    try {
      admission.requireTime();
      return await admission.intoQueue(async () => 'in line');
    } catch (error) {
      const { code, status, retryAfterSeconds } = error as AppError;
      expect([code, status]).toEqual(['queue_full', 503]);
      return `${retryAfterSeconds} s`;
    }
  };

  it('lets wait what QUEUE_MAX_WAITING says, where the process carries all it has', async () => {
    stats = { ...stats, waiting: 999, oldestWaitingMs: 60_000 };
    expect(await ask()).toBe('in line');
    stats = { ...stats, waiting: 1000 };
    expect(await ask()).toBe('1 s');
  });

  it('refuses where it can’t carry more, and what waits takes over 4 s already and for one more', async () => {
    isFull = true;
    stats = { ...stats, waiting: 39, oldestWaitingMs: 4500 };
    expect(await ask()).toBe('in line');
    stats = { ...stats, waiting: 60 };
    expect(await ask()).toBe('3 s');
  });

  it('refuses so too where it takes no jobs itself, and all that do are full', async () => {
    workersAreFull = true;
    stats = { ...stats, waiting: 60, oldestWaitingMs: 4500 };
    expect(await ask()).toBe('3 s');
  });

  it('lets many in who come at once, and one beside another who asked for much', async () => {
    isFull = true;
    stats = { ...stats, waiting: 500, oldestWaitingMs: 100 };
    expect(await ask()).toBe('in line');
    stats = { ...stats, waiting: 5, oldestWaitingMs: 60_000 };
    expect(await ask()).toBe('in line');
  });

  it('asks nobody for a moment after it refused, and then again', async () => {
    isFull = true;
    stats = { ...stats, waiting: 60, oldestWaitingMs: 4500 };
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now);
    for (let i = 0; i < 50; i++) expect(await ask()).toBe('3 s');
    expect(asked).toBe(1);
    clock.mockReturnValue(now + 300);
    stats = { ...stats, waiting: 20 };
    expect(await ask()).toBe('in line');
  });

  it('never sends away for longer than a minute', async () => {
    isFull = true;
    stats = { ...stats, waiting: 60, oldestWaitingMs: 4500, startsPerSecond: 0 };
    expect(await ask()).toBe('60 s');
  });
});
