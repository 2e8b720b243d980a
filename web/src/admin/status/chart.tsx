import { type ReactNode, useId, useRef } from 'react';
import { useAdminTexts } from '../texts/index.js';
import { useFormats } from '../use-formats.js';
import { colourOf } from './plot.js';
import { type Curves, rowsOf } from './series.js';
import { usePlot } from './use-plot.js';

interface Props {
  title: string;
  curves: Curves;
  format(value: number | null): string;
  least: number;
  /** The value that stands for all lines, in large type. */
  figure: string;
  /** What else belongs to the figure. */
  note?: ReactNode;
}

/** One figure as it is now, its last hour, and the same as a table for who can't see curves. */
export function Chart({ title, curves, format, least, figure, note }: Props) {
  const id = useId();
  const { status } = useAdminTexts();
  const { minutes } = useFormats();
  const host = useRef<HTMLDivElement>(null);
  const point = usePlot(host, curves, { format, least, minutesAgo: minutes });
  const { times, lines } = curves;
  const last = times.length - 1;
  const shown = point === null ? last : Math.min(point, last);
  const secondsAgo = last < 0 ? 0 : Math.round(times[last] - times[shown]);
  return (
    <section className="chart" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      <p className="figure">
        <strong dir="auto">{figure}</strong> {note && <span className="hint">{note}</span>}
      </p>
      <div ref={host} className="plot" dir="ltr" aria-hidden />
      {/* What the curves are; under the pointer with their values of then. */}
      <ul className="plain legend" aria-hidden>
        {(lines.length > 1 || point !== null) &&
          lines
            .filter(({ values, isFaded }) => !isFaded || (point !== null && values[shown] !== null))
            .map((line) => (
              <li key={line.id}>
                <i style={{ background: colourOf(line) }} />
                {line.name} <b dir="auto">{format(line.values[shown] ?? null)}</b>
              </li>
            ))}
        {point !== null && <li className="then">{secondsAgo > 0 ? status.ago(clock(secondsAgo)) : status.now}</li>}
      </ul>
      <Table caption={status.tableOf(title)} curves={curves} format={format} />
    </section>
  );
}

/** Minutes and seconds, as on a stopwatch. */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

function Table({ caption, curves, format }: { caption: string; curves: Curves; format: Props['format'] }) {
  const { status } = useAdminTexts();
  const { minutes } = useFormats();
  return (
    // A table does not become narrower than its caption, which would widen the page.
    <div className="visually-hidden">
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{status.time}</th>
            {curves.lines.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rowsOf(curves.times).map(({ minutesAgo, index }) => (
            <tr key={minutesAgo}>
              <th scope="row">{minutesAgo === 0 ? status.now : minutes(minutesAgo)}</th>
              {curves.lines.map(({ id, values }) => (
                <td key={id}>{format(values[index] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
