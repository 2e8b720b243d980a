// The report as one page that needs nothing else.
import { chart, escaped } from './chart.mjs';
import { shown } from './text.mjs';

const STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--soft:#667;--line:#d8dce2;--ground:#fff;--a:#1f6feb;--b:#b35900;--good:#17753a;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--soft:#9aa3af;--line:#343a43;--ground:#14171b;--a:#6cb0ff;--b:#f0a45d;--good:#5fce8a;--bad:#ff8a80}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);max-width:1000px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem}table{border-collapse:collapse;width:100%;margin:1rem 0}
th,td{text-align:left;padding:.25rem .6rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.soft,dt{color:var(--soft)}dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}dd{margin:0}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:1rem}
figure{margin:0}figcaption{font-size:.85rem}svg{width:100%;height:auto}svg text{fill:var(--soft);font-size:11px}.grid{stroke:var(--line)}
.line{fill:none;stroke-width:2}.s0{stroke:var(--a)}.s1{stroke:var(--b);stroke-dasharray:5 3}.k0{color:var(--a)}.k1{color:var(--b)}code{font-size:.9em}pre{overflow-x:auto;font-size:.8rem}`;

const backendName = { embedded: 'embedded', cluster: 'Redis + Mongo engine' };
const row = (cells, tag = 'td') =>
  `<tr>${cells.map((cell, i) => `<${tag}${i > 0 ? ' class="n"' : ''}>${cell}</${tag}>`).join('')}</tr>`;
const table = (head, rows) => `<table><thead>${row(head, 'th')}</thead><tbody>${rows.join('\n')}</tbody></table>`;
const names = (object) =>
  Object.entries(object)
    .map(([name, value]) => `<code>${escaped(name)}=${escaped(value)}</code>`)
    .join(' ') || 'none';

function machineHtml(machine) {
  const text = (value) =>
    typeof value === 'object'
      ? Object.entries(value)
          .map(([k, v]) => `${k} ${v}`)
          .join(', ')
      : value;
  const entries = Object.entries(machine).filter(([, value]) => value !== undefined);
  const word = (name) => name.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);
  return `<dl>${entries.map(([name, value]) => `<dt>${word(name)}</dt><dd>${escaped(text(value))}</dd>`).join('')}</dl>`;
}

function reachHtml(rows) {
  const cell = ({ target, found, times, reached }) => {
    if (reached === null) return `${target} <span class="soft">not measured</span>`;
    return `${target} <span class="${reached ? 'good' : 'bad'}">${shown(found)}${times} ${reached ? 'reached' : 'missed'}</span>`;
  };
  return table(
    ['what', 'embedded', 'Redis + Mongo engine'],
    rows.map(({ what, embedded, cluster }) => row([escaped(what), cell(embedded), cell(cluster)])),
  );
}

function profileHtml({ label, unit, total, packages, functions }) {
  const line = ([name, amount]) =>
    row([escaped(name), `${shown((amount / total) * 100)} %`, `${shown(amount)} ${unit}`]);
  return `<details><summary>Profile: ${escaped(label)}</summary>${table(['package', 'share', ''], packages.map(line))}${table(['function', 'share', ''], functions.map(line))}</details>`;
}

function sectionHtml({
  scenario,
  backend,
  about,
  lifts,
  settings,
  figures,
  checked,
  failures,
  failed,
  costs,
  charts,
  profiles,
}) {
  const figureRow = ({ label, unit, median, runs, truth, ratio }) =>
    row([
      escaped(label),
      `${shown(median)} ${unit}`,
      truth ? `${truth.name} ${shown(truth.median)}` : '',
      ratio == null ? '' : `<b>${shown(ratio)} ×</b>`,
      `<span class="soft">${runs.length > 1 ? runs.map(shown).join(' · ') : ''}</span>`,
    ]);
  const reasons = Object.entries(failures)
    .map(([reason, n]) => `${n} × ${escaped(reason)}`)
    .join(', ');
  const costText = costs.map(
    ({ label, cores }) =>
      `${escaped(label)}: ${Object.entries(cores)
        .map(([name, n]) => `${name} ${shown(n)}`)
        .join(', ')}`,
  );
  return `<h2 id="${scenario}-${backend}">${scenario}, ${backendName[backend]}</h2><p>${escaped(about)}.
Limits lifted: ${names(lifts)}${Object.keys(settings).length > 0 ? `; set: ${names(settings)}` : ''}.
${shown(checked)} answers checked, failures: <span class="${failed > 0 ? 'bad' : 'good'}">${reasons || 'none'}</span>.</p>
${table(['figure', 'Parley', 'ground truth', 'ratio', 'all runs'], figures.map(figureRow))}
<div class="charts">${charts.map(chart).join('\n')}</div>
${costText.length > 0 ? `<details><summary>Cores used by whom</summary><p>${costText.join('<br>')}</p></details>` : ''}
${profiles.map(profileHtml).join('\n')}`;
}

function comparisonHtml({ found, commit, date, compared, changes }) {
  if (!found) return '<p>There is no baseline to compare with.</p>';
  const head = `<p>Baseline of ${escaped(date.slice(0, 10))} (${escaped(commit)}), ${compared} ratios; those that differ by more than 15 %:</p>`;
  if (changes.length === 0) return `${head}<p>none</p>`;
  const line = ({ figure, before, now, change }) =>
    row([
      escaped(figure),
      `${shown(before)} ×`,
      `${shown(now)} ×`,
      `<span class="${change > 0 ? 'bad' : 'good'}">${change > 0 ? 'worse' : 'better'}</span>`,
    ]);
  return head + table(['ratio', 'then', 'now', ''], changes.map(line));
}

export function reportHtml({ command, machine, sections, reach, comparison }) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Parley: benchmark of ${machine.date.slice(0, 10)}</title><style>${STYLE}</style>
<h1>What Parley carries</h1>
<p>Made by <code>${escaped(command)}</code>. Server, model and load generator share the cores, so ratios count: each figure stands beside a <em>ground truth</em>
of the same run. <em>wire</em> only writes the bytes of the stream, <em>floor</em> does the least work of a turn on a bare Fastify, <em>json</em> answers the same JSON. Every event of every answer was checked.</p>
${machineHtml(machine)}
<h2>Reach</h2>${reachHtml(reach)}
<h2>Against the baseline</h2>${comparisonHtml(comparison)}
${sections.map(sectionHtml).join('\n')}
</html>
`;
}
