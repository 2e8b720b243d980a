// Line charts as SVG, coloured by the page's style sheet.
const WIDTH = 460;
const HEIGHT = 240;
const LEFT = 52;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 34;

export const escaped = (text) =>
  String(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

const short = (n) =>
  Math.abs(n) >= 10_000 ? `${Number((n / 1000).toPrecision(3))}k` : String(Number(n.toPrecision(3)));

/** From a value to a share of the axis, and where its lines are. */
function linear(values) {
  const top = Math.max(...values, 0) || 1;
  const step = 10 ** Math.floor(Math.log10(top / 2.5));
  const nice = [1, 2, 5, 10].map((n) => n * step).find((n) => top / n <= 5);
  const ticks = [];
  for (let tick = 0; tick < top + nice; tick += nice) ticks.push(tick);
  return { at: (v) => v / ticks.at(-1), ticks };
}

function logarithmic(values) {
  const positive = values.filter((v) => v > 0);
  const from = Math.floor(Math.log10(Math.min(...positive)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  return { at: (v) => Math.max(0, (Math.log10(Math.max(v, 1e-9)) - from) / (to - from)), ticks };
}

/** The higher the share, the more room: 90 %, 99 % and 99.9 % are equally far apart. */
const TAIL = 3;
const shares = {
  at: (q) => Math.min(1, -Math.log10(1 - q) / TAIL),
  ticks: [0, 0.5, 0.9, 0.99, 0.999],
};

function axisOf({ kind, logX }, xs) {
  if (kind === 'quantiles') return { ...shares, text: (q) => `${Number((q * 100).toFixed(1))} %` };
  return { ...(logX ? logarithmic(xs) : linear(xs)), text: short };
}

export function chart({ kind, title, x, y, logX, series }) {
  const points = series.flatMap((one) => one.points).filter(([, value]) => value != null);
  if (points.length === 0) return '';
  const horizontal = axisOf(
    { kind, logX },
    points.map(([value]) => value),
  );
  const values = points.map(([, value]) => value);
  const vertical = kind === 'quantiles' && Math.max(...values) > 0 ? logarithmic(values) : linear(values);
  const px = (v) => (LEFT + horizontal.at(v) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const py = (v) => (HEIGHT - BOTTOM - vertical.at(v) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const grid = [
    ...vertical.ticks.map(
      (tick) =>
        `<path class="grid" d="M${LEFT} ${py(tick)}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${py(tick)}" dy="4" text-anchor="end">${short(tick)}</text>`,
    ),
    ...horizontal.ticks
      .filter((tick) => horizontal.at(tick) <= 1)
      .map(
        (tick) =>
          `<text x="${px(tick)}" y="${HEIGHT - BOTTOM + 15}" text-anchor="${horizontal.at(tick) > 0.95 ? 'end' : 'middle'}">${horizontal.text(tick)}</text>`,
      ),
  ];
  const lines = series.map((one, i) => {
    const path = one.points.filter(([, v]) => v != null).map(([h, v], j) => `${j === 0 ? 'M' : 'L'}${px(h)} ${py(v)}`);
    return `<path class="line s${i}" d="${path.join('')}"/>`;
  });
  const legend = series.map((one, i) => `<span class="k${i}">${escaped(one.name)}</span>`).join(' ');
  return `<figure><figcaption>${escaped(title)}, ${escaped(y)} ${legend}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${grid.join('')}${lines.join('')}
<text x="${WIDTH - RIGHT}" y="${HEIGHT - 4}" text-anchor="end">${escaped(x)}</text></svg></figure>`;
}
