import { serverNow } from '../../api/clock.js';
import { useAdminTexts } from '../texts/index.js';
import { useFormats } from '../use-formats.js';
import { colourOf } from './plot.js';
import type { Worker } from './workers.js';

/** Each worker with its figures of now. */
export function WorkersTable({ workers }: { workers: Worker[] }) {
  const { status: texts, none } = useAdminTexts();
  const formats = useFormats();
  const states = {
    runs: { text: texts.runs, dot: 'good' },
    drains: { text: texts.drains, dot: 'mild' },
    silent: { text: texts.isSilent, dot: 'bad' },
  };
  return (
    <section aria-labelledby="workers-title">
      <h2 id="workers-title">{texts.workers}</h2>
      <div className="scroll-x" tabIndex={0} role="group" aria-labelledby="workers-title">
        <table className="table workers-table">
          <thead>
            <tr>
              {[
                texts.worker,
                texts.state,
                texts.uptime,
                texts.versionColumn,
                texts.requestsColumn,
                texts.answersColumn,
                texts.streamsColumn,
                texts.socketsColumn,
                texts.cpu,
                texts.memory,
                texts.lagColumn,
              ].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => {
              const { id, name, version, startedAt, state, now } = worker;
              if (state === 'gone') return null;
              return (
                <tr key={id} title={id}>
                  <th scope="row">
                    <i className="swatch" style={{ background: colourOf(worker) }} />
                    {name}
                  </th>
                  <td>
                    <i className="dot" data-state={states[state].dot} />
                    {states[state].text}
                  </td>
                  <td>{formats.duration(Math.max(0, serverNow() - Date.parse(startedAt)))}</td>
                  <td>{version}</td>
                  <td>{now ? formats.rate(now.requestsPerSecond) : none}</td>
                  <td>{now ? formats.count(now.generationsRunning) : none}</td>
                  <td>{now ? formats.count(now.sseStreams) : none}</td>
                  <td>{now ? formats.count(now.sockets) : none}</td>
                  <td>{now ? formats.percent(now.cpuPercent) : none}</td>
                  <td>{now ? formats.bytes(now.memory.rss) : none}</td>
                  <td>{now ? formats.ms(now.eventLoopLagMs.p99) : none}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
