import { useMemo } from 'react';
import { useAdminTexts } from '../texts/index.js';
import type { Status } from '../types.js';
import { useFormats } from '../use-formats.js';
import { Chart } from './chart.js';
import type { History } from './history.js';
import { type Curves, curvesOf, highestOf, sumOf, workerCurvesOf } from './series.js';
import type { Worker } from './workers.js';

interface Props {
  history: History;
  status: Status;
  workers: Worker[];
}

const requests = sumOf('requestsPerSecond');
const answerP50 = highestOf('answerP50Ms');
const answerP95 = highestOf('answerP95Ms');
const tokenP50 = highestOf('firstTokenP50Ms');
const tokenP95 = highestOf('firstTokenP95Ms');
const running = sumOf('generationsRunning');
const streams = sumOf('sseStreams');
const sockets = sumOf('sockets');
const lag = highestOf('lagP99Ms');
const memory = sumOf('memoryRss');
const cpu = highestOf('cpuPercent');

/** The figures of now, and how they came to be. */
export function Charts({ history, status: { queue, instances }, workers }: Props) {
  const { status: texts } = useAdminTexts();
  const formats = useFormats();
  const now = history.samples.at(-1)!;
  const areMany = instances.length > 1;
  const curves = useMemo(
    (): Record<string, Curves> => ({
      requests: curvesOf(history, [{ name: texts.all, value: requests }]),
      answerTime: curvesOf(history, [
        { name: texts.p50, value: answerP50 },
        { name: texts.p95, value: answerP95 },
      ]),
      firstToken: curvesOf(history, [
        { name: texts.p50, value: tokenP50 },
        { name: texts.p95, value: tokenP95 },
      ]),
      generations: curvesOf(history, [
        { name: texts.lineRunning, value: running },
        { name: texts.lineWaiting, value: ({ waiting }) => waiting },
      ]),
      connections: curvesOf(history, [
        { name: texts.streams, value: streams },
        { name: texts.sockets, value: sockets },
      ]),
      lag: workerCurvesOf(history, workers, 'lagP99Ms'),
      memory: workerCurvesOf(history, workers, 'memoryRss'),
      cpu: workerCurvesOf(history, workers, 'cpuPercent'),
    }),
    [history, workers, texts],
  );
  const times = (p95: number | null) =>
    [p95 !== null && `${texts.p95}: ${formats.ms(p95)}`, areMany && texts.slowest].filter(Boolean).join(', ');
  const waiting = queue && [
    texts.waiting(formats.count(queue.waiting)),
    queue.waiting > 0 && texts.oldestWaiting(formats.duration(queue.oldestWaitingMs)),
  ];
  return (
    <div className="charts">
      <Chart
        title={texts.requests}
        curves={curves.requests}
        format={formats.rate}
        least={1}
        figure={formats.rate(requests(now))}
      />
      <Chart
        title={texts.answerTime}
        curves={curves.answerTime}
        format={formats.ms}
        least={10}
        figure={formats.ms(answerP50(now))}
        note={times(answerP95(now))}
      />
      <Chart
        title={texts.firstToken}
        curves={curves.firstToken}
        format={formats.ms}
        least={10}
        figure={formats.ms(tokenP50(now))}
        note={times(tokenP95(now))}
      />
      <Chart
        title={texts.generations}
        curves={curves.generations}
        format={formats.count}
        least={4}
        figure={formats.count(running(now))}
        note={waiting ? waiting.filter(Boolean).join(', ') : texts.queueDown}
      />
      <Chart
        title={texts.connections}
        curves={curves.connections}
        format={formats.count}
        least={4}
        figure={formats.count((streams(now) ?? 0) + (sockets(now) ?? 0))}
      />
      <Chart
        title={texts.lag}
        curves={curves.lag}
        format={formats.ms}
        least={10}
        figure={formats.ms(lag(now))}
        note={areMany ? texts.p99Highest : texts.p99}
      />
      <Chart
        title={texts.memory}
        curves={curves.memory}
        format={formats.bytes}
        least={1e8}
        figure={formats.bytes(memory(now))}
        note={areMany && texts.sum}
      />
      <Chart
        title={texts.cpu}
        curves={curves.cpu}
        format={formats.percent}
        least={10}
        figure={formats.percent(cpu(now))}
        note={areMany ? texts.cpuHighest : texts.ofCore}
      />
    </div>
  );
}
