// The plan for a terminal: figures, their arithmetic, and what all of it rests on.

/** The smallest part of a core, of a second, of a dollar that is worth a word. */
function value(sheet, row) {
  if (typeof row.value !== 'number') return row.value;
  // People, processes and connections are whole; never fewer than reckoned.
  const whole = /^(users|streams|running|batches|connections|redis\.commands|mongo\.operations|money)/.test(row.key);
  return sheet.shown(whole ? Math.ceil(row.value) : row.value);
}

function costLine(name, { value, unit, what, measured, how }) {
  const shown = [value].flat().join(' to ');
  const from = measured === undefined ? 'assumed' : measured ? `measured: ${how}` : `assumed: ${how}`;
  return `  ${name.padEnd(20)} ${`${shown} ${unit}`.padEnd(16)} ${what} (${from})`;
}

export function planText(sheet, costs) {
  const rows = sheet.sections.flatMap((section) => section.rows);
  const width = Math.max(...rows.map(({ label }) => label.length));
  const line = (row) =>
    `  ${row.label.padEnd(width)}  ${String(value(sheet, row)).padStart(9)}${row.how && `  = ${row.how}`}`;
  return [
    ...sheet.sections.flatMap(({ title, rows }) => [title, ...rows.map(line), '']),
    'What it rests on (bench/costs.json)',
    ...['embedded', 'cluster', 'assumed'].flatMap((group) => [
      ` ${group}`,
      ...Object.entries(costs[group]).map(([name, cost]) => costLine(name, cost)),
    ]),
    '',
    'A plan is where to begin: look at the dashboard’s Processor, Event-loop lag and Redis’ own processor under your load.',
  ].join('\n');
}
