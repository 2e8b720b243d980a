import { useMemo } from 'react';
import { useAdminTexts } from '../texts/index.js';
import { useFormats } from '../use-formats.js';
import { Chart } from './chart.js';
import type { History } from './history.js';
import { type Curves, curvesOf, highestOf, sumOf, workerCurvesOf } from './series.js';
import type { Worker } from './workers.js';

interface Props {
  history: History;
  workers: Worker[];
}

const requests = sumOf(({ requestsPerSecond }) => requestsPerSecond);
const answerP50 = highestOf(({ answerTimeMs }) => answerTimeMs.p50);
const answerP95 = highestOf(({ answerTimeMs }) => answerTimeMs.p95);
const tokenP50 = highestOf(({ firstTokenMs }) => firstTokenMs.p50);
const tokenP95 = highestOf(({ firstTokenMs }) => firstTokenMs.p95);
const running = sumOf(({ generationsRunning }) => generationsRunning);
const streams = sumOf(({ sseStreams }) => sseStreams);
const sockets = sumOf(({ sockets }) => sockets);
const lag = highestOf(({ eventLoopLagMs }) => eventLoopLagMs.p99);
const memory = sumOf(({ memory }) => memory.rss);
const cpu = highestOf(({ cpuPercent }) => cpuPercent);

/** The figures of now, and how they came to be. */
export function Charts({ history, workers }: Props) {
  const { status: texts } = useAdminTexts();
  const formats = useFormats();
  const status = history.samples.at(-1)!.status;
  const { queue } = status;
  const areMany = status.instances.length > 1;
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
        { name: texts.lineWaiting, value: ({ queue }) => queue && queue.waiting },
      ]),
      connections: curvesOf(history, [
        { name: texts.streams, value: streams },
        { name: texts.sockets, value: sockets },
      ]),
      lag: workerCurvesOf(history, workers, ({ eventLoopLagMs }) => eventLoopLagMs.p99),
      memory: workerCurvesOf(history, workers, ({ memory }) => memory.rss),
      cpu: workerCurvesOf(history, workers, ({ cpuPercent }) => cpuPercent),
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
        figure={formats.rate(requests(status))}
      />
      <Chart
        title={texts.answerTime}
        curves={curves.answerTime}
        format={formats.ms}
        least={10}
        figure={formats.ms(answerP50(status))}
        note={times(answerP95(status))}
      />
      <Chart
        title={texts.firstToken}
        curves={curves.firstToken}
        format={formats.ms}
        least={10}
        figure={formats.ms(tokenP50(status))}
        note={times(tokenP95(status))}
      />
      <Chart
        title={texts.generations}
        curves={curves.generations}
        format={formats.count}
        least={4}
        figure={formats.count(running(status))}
        note={waiting ? waiting.filter(Boolean).join(', ') : texts.queueDown}
      />
      <Chart
        title={texts.connections}
        curves={curves.connections}
        format={formats.count}
        least={4}
        figure={formats.count((streams(status) ?? 0) + (sockets(status) ?? 0))}
      />
      <Chart
        title={texts.lag}
        curves={curves.lag}
        format={formats.ms}
        least={10}
        figure={formats.ms(lag(status))}
        note={areMany ? texts.p99Highest : texts.p99}
      />
      <Chart
        title={texts.memory}
        curves={curves.memory}
        format={formats.bytes}
        least={1e8}
        figure={formats.bytes(memory(status))}
        note={areMany && texts.sum}
      />
      <Chart
        title={texts.cpu}
        curves={curves.cpu}
        format={formats.percent}
        least={10}
        figure={formats.percent(cpu(status))}
        note={areMany ? texts.cpuHighest : texts.ofCore}
      />
    </div>
  );
}
