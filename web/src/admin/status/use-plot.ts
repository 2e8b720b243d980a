import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { dataOf, draw, type PlotOptions } from './plot.js';
import type { Curves } from './series.js';
import { useScheme } from './use-scheme.js';

/**
 * Keeps a plot of the curves in the element. It is drawn anew only where its lines or its looks become others; new values
 * go into the one that is there. Returns the place of the sample under the pointer.
 */
export function usePlot(
  host: RefObject<HTMLElement | null>,
  curves: Curves,
  { format, least, minutesAgo }: Omit<PlotOptions, 'onPoint'>,
): number | null {
  const scheme = useScheme();
  const [point, setPoint] = useState<number | null>(null);
  const plot = useRef<uPlot>(null);
  const latest = useRef(curves);
  const lines = curves.lines.map(({ id, colour, isFaded }) => [id, colour, isFaded].join()).join(' ');

  useLayoutEffect(() => {
    latest.current = curves;
    // While the lines are others than the plot's, it is about to be drawn anew.
    if (plot.current?.series.length === curves.lines.length + 1) plot.current.setData(dataOf(curves));
  }, [curves]);

  useEffect(() => {
    const element = host.current!;
    const drawn = draw(element, latest.current, { format, least, minutesAgo, onPoint: setPoint });
    plot.current = drawn;
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height: drawn.height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = null;
      drawn.destroy();
    };
  }, [host, lines, format, least, minutesAgo, scheme]);

  return point;
}
