import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { WINDOW_MS } from './history.js';
import type { Curves, Line } from './series.js';

const HEIGHT = 136;
const WINDOW_SECONDS = WINDOW_MS / 1_000;
/** Where the time axis says how long ago that was. */
const MINUTES = [45, 30, 15];
/** How many colours the design has; see tokens.css. */
const COLOURS = 6;

export const colourOf = ({ colour }: Pick<Line, 'colour'>): string => `var(--chart-${(colour % COLOURS) + 1})`;

const faded = (colour: string, percent: number) => `color-mix(in srgb, ${colour} ${percent}%, transparent)`;

export interface PlotOptions {
  format(value: number): string;
  /** What the scale reaches at least: small values then don't fill it. */
  least: number;
  minutesAgo(minutes: number): string;
  /** The place of the sample under the pointer; null: it is elsewhere. */
  onPoint(index: number | null): void;
}

export const dataOf = ({ times, lines }: Curves): uPlot.AlignedData => [times, ...lines.map(({ values }) => values)];

/** A canvas knows no style sheet: what the design's colours come out as, at this place and now. */
function painter(host: HTMLElement): (colour: string) => string {
  return (colour) => {
    const probe = host.appendChild(document.createElement('i'));
    probe.style.color = colour;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

/** As wide as the widest of its numbers. */
function axisSize(plot: uPlot, values: string[] | null, at: number): number {
  const { font, gap = 0 } = plot.axes[at];
  plot.ctx.font = (font as unknown as [string])[0];
  const widths = (values ?? []).map((value) => plot.ctx.measureText(value).width);
  return Math.ceil(Math.max(0, ...widths) / devicePixelRatio) + gap + 2;
}

/** Draws curves into an element: an hour, from its left to its right edge. */
export function draw(host: HTMLElement, curves: Curves, options: PlotOptions): uPlot {
  const paint = painter(host);
  const { fontFamily, fontSize } = getComputedStyle(host);
  const axis: uPlot.Axis = {
    stroke: paint('var(--muted)'),
    font: `${parseFloat(fontSize)}px ${fontFamily}`,
    ticks: { show: false },
    gap: 8,
  };
  const isOne = curves.lines.length === 1;
  return new uPlot(
    {
      width: host.clientWidth,
      height: HEIGHT,
      padding: [8, 0, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        // The pointer over one chart shows that moment in all.
        sync: { key: 'status', scales: ['x', null] },
        points: { size: 7, width: 0 },
      },
      scales: {
        x: { time: false, range: (_plot, _min, max) => [(max ?? 0) - WINDOW_SECONDS, max ?? 0] },
        y: { range: (_plot, _min, max) => [0, uPlot.rangeNum(0, Math.max(max ?? 0, options.least), 0.1, true)[1]!] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          grid: { show: false },
          splits: (_plot, _axis, _min, max) => MINUTES.map((minutes) => max - minutes * 60),
          values: () => MINUTES.map(options.minutesAgo),
        },
        {
          ...axis,
          size: axisSize,
          space: 30,
          grid: { stroke: paint('var(--line)'), width: 1 },
          values: (_plot, splits) => splits.map(options.format),
        },
      ],
      series: [
        {},
        ...curves.lines.map((line) => ({
          stroke: paint(line.isFaded ? faded(colourOf(line), 45) : colourOf(line)),
          fill: isOne ? paint(faded(colourOf(line), 12)) : undefined,
          width: 1.75,
          points: { show: false },
        })),
      ],
      hooks: { setCursor: [({ cursor }) => options.onPoint(cursor.idx ?? null)] },
    },
    dataOf(curves),
    host,
  );
}
