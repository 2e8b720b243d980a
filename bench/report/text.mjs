// The report as tables for a terminal.
const pad = (text, width) => String(text).padEnd(width);

export const shown = (value) =>
  value == null ? '–' : value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: true });

const backendName = { embedded: 'embedded', cluster: 'Redis + Mongo engine' };

function sectionText({ scenario, backend, lifts, settings, figures, checked, failures, costs }) {
  const width = Math.max(...figures.map(({ label }) => label.length), 10);
  const figureLine = ({ label, unit, median, truth, ratio }) => {
    const theirs = truth ? `${pad(`${truth.name} ${shown(truth.median)}`, 14)}${shown(ratio)} ×` : '';
    return `  ${pad(label, width)}  ${pad(`${shown(median)} ${unit}`, 14)}${theirs}`;
  };
  const costLine = ({ label, cores }) =>
    `  ${label}: cores used: ${Object.entries(cores)
      .map(([name, n]) => `${name} ${shown(n)}`)
      .join(', ')}`;
  const names = (object) =>
    Object.entries(object)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ') || 'none';
  const failed = Object.entries(failures)
    .map(([reason, n]) => `${n} × ${reason}`)
    .join(', ');
  return [
    `\n${scenario}, ${backendName[backend]}`,
    `  limits lifted: ${names(lifts)}${Object.keys(settings).length > 0 ? `; set: ${names(settings)}` : ''}`,
    ...figures.map(figureLine),
    ...costs.map(costLine),
    `  ${shown(checked)} answers checked, failures: ${failed || 'none'}`,
  ];
}

function reachText(rows) {
  const cell = ({ target, found, times, reached }) =>
    reached === null
      ? pad(`${target}: not measured`, 34)
      : pad(`${target}: ${shown(found)}${times} ${reached ? 'reached' : 'MISSED'}`, 34);
  const width = Math.max(...rows.map(({ what }) => what.length));
  return [
    '\nReach',
    `  ${pad('', width)}  ${pad('embedded', 34)}Redis + Mongo engine`,
    ...rows.map(({ what, embedded, cluster }) => `  ${pad(what, width)}  ${cell(embedded)}${cell(cluster)}`),
  ];
}

function comparisonText({ found, commit, date, compared, changes }) {
  if (!found) return ['\nNo baseline to compare with (--save-baseline keeps one).'];
  const line = ({ figure, before, now, change }) =>
    `  ${change > 0 ? 'worse ' : 'better'} ${figure}: ${shown(before)} × then, ${shown(now)} × now`;
  const head = `\nAgainst the baseline of ${date.slice(0, 10)} (${commit}), ${compared} ratios:`;
  return [`${head}${changes.length === 0 ? ' none differs by more than 15 %' : ''}`, ...changes.map(line)];
}

export function reportText({ machine, sections, reach, comparison }) {
  const { date, commit, processor, coresUsed, node, engines, runs } = machine;
  return [
    `Parley ${commit}, ${date}`,
    `${processor}, cores ${coresUsed}, Node ${node}; ${engines}; medians of ${runs} run${runs === 1 ? '' : 's'}`,
    ...sections.flatMap(sectionText),
    ...reachText(reach),
    ...comparisonText(comparison),
  ].join('\n');
}
