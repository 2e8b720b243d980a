import { dependencyDown } from '../errors/index.js';
import { FailureLog } from './failure-log.js';

let said: string[];
const logger = { warn: (message: string) => void said.push(message) };

beforeEach(() => {
  jest.useFakeTimers();
  said = [];
});
afterEach(() => jest.useRealTimers());

describe('a dependency that is away', () => {
  const fail = async (log: FailureLog, error: Error, times: number, everyMs: number) => {
    for (let i = 0; i < times; i++) {
      log.failed(error);
      await jest.advanceTimersByTimeAsync(everyMs);
    }
  };

  it('is told of once, each by itself, and anew when it had been back for a while', async () => {
    const log = new FailureLog(logger, 'the work');
    await fail(log, dependencyDown('queue'), 100, 3000);
    await fail(log, dependencyDown('store'), 100, 3000);
    const [queue, store] = ['queue', 'store'].map((name) => expect.stringContaining(`The ${name} does not answer`));
    expect(said).toEqual([queue, store]);
    await fail(log, dependencyDown('store'), 2, 61_000);
    expect(said).toEqual([queue, store, store]);
  });

  it('hides nothing else', async () => {
    await fail(new FailureLog(logger, 'the work'), new TypeError('a mistake'), 3, 1000);
    expect(said).toEqual(Array(3).fill('the work was cut short: TypeError: a mistake'));
  });
});
