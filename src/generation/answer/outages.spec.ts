import { Logger } from '@nestjs/common';
import { dependencyDown } from '../../../libs/errors/index.js';
import { Sweep } from '../control/sweep.js';
import { Outages } from './outages.js';
import { Heartbeat } from '../stream/heartbeat.js';

let said: string[];

beforeEach(() => {
  jest.useFakeTimers();
  said = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: string) => void said.push(message));
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
});

describe('a dependency that is away', () => {
  const fail = async (outages: Outages, error: Error, times: number, everyMs: number) => {
    for (let i = 0; i < times; i++) {
      outages.failed(error);
      await jest.advanceTimersByTimeAsync(everyMs);
    }
  };

  it('is told of once, each by itself, and anew when it had been back for a while', async () => {
    const outages = new Outages(new Logger(), 'the work');
    await fail(outages, dependencyDown('queue'), 100, 3000);
    await fail(outages, dependencyDown('store'), 100, 3000);
    const [queue, store] = ['queue', 'store'].map((name) => expect.stringContaining(`The ${name} does not answer`));
    expect(said).toEqual([queue, store]);
    await fail(outages, dependencyDown('store'), 2, 61_000);
    expect(said).toEqual([queue, store, store]);
  });

  it('hides nothing else', async () => {
    await fail(new Outages(new Logger(), 'the work'), new TypeError('a mistake'), 3, 1000);
    expect(said).toEqual(Array(3).fill('the work was cut short: TypeError: a mistake'));
  });
});

const none = {} as never;
const away = async () => {
  throw dependencyDown('store');
};

it('the sweep tells of an outage once', async () => {
  const serving = { draining: false } as never;
  const sweep = new Sweep({ hit: away } as never, none, none, none, none, none, none, none, none, none, serving, none);
  for (let i = 0; i < 5; i++) await sweep.beat();
  expect(said).toEqual([expect.stringContaining('the sweep was cut short')]);
});

it('the heartbeat tells of an outage once, whatever beats have nothing to ask in between', async () => {
  let waiting = [{ running: false, messageId: 'a', followers: [] }];
  const tails = { all: () => waiting } as never;
  const notices = { onRevoked: () => () => {} } as never;
  const lifecycle = { onDrain: () => {} } as never;
  const readers = { all: () => [] } as never;
  const heartbeat = new Heartbeat(readers, tails, { positions: away } as never, none, none, none, notices, lifecycle);
  heartbeat.onApplicationBootstrap();
  for (let i = 0; i < 5; i++) {
    const before = waiting;
    await jest.advanceTimersByTimeAsync(1000);
    waiting = [];
    await jest.advanceTimersByTimeAsync(1000);
    waiting = before;
  }
  heartbeat.onModuleDestroy();
  expect(said).toEqual([expect.stringContaining('the heartbeat was cut short')]);
});
