import { EMPTY, withStatus } from './history.js';
import { instanceOf, statusOf } from './status.testing.js';
import { workersOf } from './workers.js';

const silentOf = (instance: string, draining = false) => {
  const { pid, version, startedAt } = instanceOf({ instance });
  return { instance, pid, version, startedAt, draining };
};

it('tells how each instance is that was seen, the oldest first', () => {
  const before = statusOf([
    { instance: 'young', pid: 2, startedAt: '2026-02-01T00:00:00.000Z' },
    { instance: 'gone', pid: 1, startedAt: '2026-01-01T00:00:00.000Z' },
  ]);
  const now = statusOf([{ instance: 'young', pid: 2, startedAt: '2026-02-01T00:00:00.000Z', draining: true }], {
    silent: [silentOf('silent')],
  });
  const workers = workersOf(withStatus(withStatus(EMPTY, before, 1_000), now, 3_000));
  expect(workers.map(({ id, state, now }) => [id, state, now !== null])).toEqual([
    ['gone', 'gone', false],
    ['silent', 'silent', false],
    ['young', 'drains', true],
  ]);
});

it('names workers by their process, and by more where two hosts have the same', () => {
  const status = statusOf([
    { instance: 'abcdef', pid: 7 },
    { instance: '012345', pid: 7 },
    { instance: 'fedcba', pid: 8 },
  ]);
  const workers = workersOf(withStatus(EMPTY, status, 1_000));
  expect(workers.map(({ name }) => name).sort()).toEqual(['7·0123', '7·abcd', '8']);
});
