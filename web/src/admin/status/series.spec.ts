import { EMPTY, withSample } from './history.js';
import { curvesOf, highestOf, minutesOf, sumOf, workerCurvesOf } from './series.js';
import { statusOf } from './status.testing.js';
import { workersOf } from './workers.js';

const START = 1_000_000;
const historyOf = (...statuses: ReturnType<typeof statusOf>[]) =>
  statuses.reduce((history, status, i) => withSample(history, status, START + i * 2_000), EMPTY);

describe('values of all instances', () => {
  const status = statusOf([{ answerTimeMs: { p50: 1, p95: 4 } }, { answerTimeMs: { p50: null, p95: 9 } }]);

  it('add up, and leave out what was not measured', () => {
    expect(sumOf(({ answerTimeMs }) => answerTimeMs.p50)(status)).toBe(1);
    expect(sumOf(({ requestsPerSecond }) => requestsPerSecond)(statusOf([]))).toBeNull();
  });

  it('tell the highest', () => {
    expect(highestOf(({ answerTimeMs }) => answerTimeMs.p95)(status)).toBe(9);
    expect(highestOf(() => null)(status)).toBeNull();
  });
});

describe('curves', () => {
  it('of the whole: one value for each time, none where nobody looked', () => {
    const history = withSample(
      historyOf(statusOf([{ sockets: 1 }, { sockets: 2 }])),
      statusOf([{ sockets: 5 }]),
      START + 60_000,
    );
    const { times, lines } = curvesOf(history, [{ name: 'Sockets', value: sumOf(({ sockets }) => sockets) }]);
    expect(times).toEqual([1_000, 1_002, 1_060]);
    expect(lines).toEqual([{ id: 'Sockets', name: 'Sockets', colour: 0, values: [3, null, 5] }]);
  });

  it('of workers that come and go: each its own line, as long as it was there', () => {
    const history = historyOf(
      statusOf([
        { instance: 'a', pid: 10, sockets: 1 },
        { instance: 'b', pid: 20, sockets: 2, startedAt: '2026-01-02T00:00:00.000Z' },
      ]),
      statusOf([
        { instance: 'b', pid: 20, sockets: 3, startedAt: '2026-01-02T00:00:00.000Z' },
        { instance: 'c', pid: 30, sockets: 4, startedAt: '2026-01-03T00:00:00.000Z' },
      ]),
      statusOf([{ instance: 'c', pid: 30, sockets: 5, startedAt: '2026-01-03T00:00:00.000Z' }]),
    );
    const { lines } = workerCurvesOf(history, workersOf(history), ({ sockets }) => sockets);
    expect(lines).toEqual([
      { id: 'a', name: '10', colour: 0, isFaded: true, values: [1, null, null] },
      { id: 'b', name: '20', colour: 1, isFaded: true, values: [2, 3, null] },
      { id: 'c', name: '30', colour: 2, isFaded: false, values: [null, 4, 5] },
    ]);
  });
});

describe('minutesOf', () => {
  it('finds the newest sample of each minute, counted back from the last', () => {
    // Every 20 s for two minutes, and one from long before.
    const times = [0, ...Array.from({ length: 7 }, (_, i) => 500 + i * 20)];
    expect(minutesOf(times)).toEqual([
      { minutesAgo: 0, index: 7 },
      { minutesAgo: 1, index: 6 },
      { minutesAgo: 2, index: 3 },
      { minutesAgo: 11, index: 0 },
    ]);
    expect(minutesOf([])).toEqual([]);
  });
});
