import { Logger } from '@nestjs/common';
import { dependencyDown } from '../../../libs/errors/index.js';
import { Sweep } from './sweep.service.js';
import { Heartbeat } from '../stream/heartbeat.service.js';

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
