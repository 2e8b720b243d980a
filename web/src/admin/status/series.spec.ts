import type { Sample } from './figures.js';
import { EMPTY, withStatus } from './history.js';
import { curvesOf, highestOf, rowsOf, sumOf, workerCurvesOf } from './series.js';
import { statusOf } from './status.testing.js';
import { workersOf } from './workers.js';

const START = 1_000_000;
type Told = ReturnType<typeof statusOf>;
const historyOf = (...statuses: Told[]) =>
  statuses.reduce((history, status, i) => withStatus(history, status, START + i * 2_000), EMPTY);
const sampleOf = (status: Told): Sample => historyOf(status).samples[0];

describe('values of all instances', () => {
  const sample = sampleOf(
    statusOf([
      { instance: 'a', answerTimeMs: { p50: 1, p95: 4 } },
      { instance: 'b', answerTimeMs: { p50: null, p95: 9 } },
    ]),
  );

  it('add up, and leave out what was not measured', () => {
    expect(sumOf('answerP50Ms')(sample)).toBe(1);
    expect(sumOf('requestsPerSecond')(sampleOf(statusOf([])))).toBeNull();
  });

  it('tell the highest', () => {
    expect(highestOf('answerP95Ms')(sample)).toBe(9);
    expect(highestOf('firstTokenP50Ms')(sample)).toBeNull();
  });
});

describe('curves', () => {
  it('of the whole: one value for each time, none where nobody looked', () => {
    const before = statusOf([
      { instance: 'a', sockets: 1 },
      { instance: 'b', sockets: 2 },
    ]);
    const history = withStatus(historyOf(before), statusOf([{ sockets: 5 }]), START + 60_000);
    const { times, lines } = curvesOf(history, [{ name: 'Sockets', value: sumOf('sockets') }]);
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
    const { lines } = workerCurvesOf(history, workersOf(history), 'sockets');
    expect(lines).toEqual([
      { id: 'a', name: '10', colour: 0, isFaded: true, values: [1, null, null] },
      { id: 'b', name: '20', colour: 1, isFaded: true, values: [2, 3, null] },
      { id: 'c', name: '30', colour: 2, isFaded: false, values: [null, 4, 5] },
    ]);
  });
});

describe('rowsOf', () => {
  it('finds the sample next to each moment, as far back as there are some', () => {
    const times = Array.from({ length: 241 }, (_, i) => i * 15);
    expect(rowsOf(times)).toEqual([
      { minutesAgo: 0, index: 240 },
      { minutesAgo: 1, index: 236 },
      { minutesAgo: 2, index: 232 },
      { minutesAgo: 5, index: 220 },
      { minutesAgo: 10, index: 200 },
      { minutesAgo: 15, index: 180 },
      { minutesAgo: 20, index: 160 },
      { minutesAgo: 30, index: 120 },
      { minutesAgo: 40, index: 80 },
      { minutesAgo: 50, index: 40 },
      { minutesAgo: 60, index: 0 },
    ]);
    // The oldest has just left the hour.
    expect(rowsOf(times.slice(1)).at(-1)).toEqual({ minutesAgo: 60, index: 0 });
  });

  it('has an empty one where nothing was known', () => {
    expect(rowsOf([0, 15, 280, 300])).toEqual([
      { minutesAgo: 0, index: 3 },
      { minutesAgo: 1, index: -1 },
      { minutesAgo: 2, index: -1 },
      { minutesAgo: 5, index: 0 },
    ]);
    expect(rowsOf([])).toEqual([]);
  });
});
