// What this is to reach (on 2 cores that generator and upstream share), and whether a run reached it. A row names a figure
// by scenario and id, or a scenario's failures; `times`: its ratio to the ground truth, else the figure itself.
const both = (embedded, cluster) => ({ embedded, cluster });
const same = (limit) => both(limit, limit);
const ratio = (what, figure, most) => ({ what, figure: same(figure), times: true, most });
const atLeast = (what, figure, least) => ({ what, figure: same(figure), times: true, least: same(least) });
const value = (what, figure, most) => ({ what, figure: same(figure), most });
/** Of a run that measured `figure`. */
const noFailure = (what, figure) => ({ what, figure: same(figure), failures: true, most: same(0) });

export const ROWS = [
  ratio('ask: server CPU a turn, against floor', 'ask/rate-200/cpu', both(1.4, 2)),
  value('ask, 200 arrivals/s: first token p50, ms', 'ask/rate-200/first-p50', both(10, 20)),
  value('ask, 200 arrivals/s: first token p99, ms', 'ask/rate-200/first-p99', both(60, 120)),
  ratio('ask, 500 users: first token p99, against floor', 'ask/users-500/first-p99', both(1.5, 2.5)),
  ratio('ask, 1,000 users: first token p99, against floor', 'ask/users-1000/first-p99', both(1.5, 2.5)),
  noFailure('ask: failures', 'ask/users-1000/turns'),
  atLeast('1.5 times what is carried: turns, against that', 'overload/times-1.5/turns', 0.9),
  atLeast('3 times what is carried: turns, against that', 'overload/times-3/turns', 0.9),
  value('3 times what is carried: well again after, s', 'overload/times-3/calm-after', same(10)),
  noFailure('overload: failures', 'overload/times-3/turns'),
  ratio('hold, 500 streams: CPU a token, against floor', 'hold/upstream-500/cpu', both(1.3, 2)),
  ratio('hold, 1,000 streams: CPU a token, against floor', 'hold/upstream-1000/cpu', both(1.3, 2)),
  value('hold, 500 streams: gaps p99, ms', 'hold/upstream-500/gap-p99', both(150, 250)),
  value('hold, 1,000 streams: gaps p99, ms', 'hold/upstream-1000/gap-p99', both(150, 250)),
  ratio('hold, 500 streams of demo: CPU a token, against wire', 'hold/demo-500/cpu', both(3, 6)),
  ratio('hold, 1,000 streams of demo: CPU a token, against wire', 'hold/demo-1000/cpu', both(3, 6)),
  noFailure('hold: failures', 'hold/upstream-1000/cpu'),
  { ...value('CPU a token, 1,000 streams against 50', 'hold/growth-50-1000', same(1.2)), least: same(0.8) },
  value('10,000 quiet streams: memory of one, kB', 'quiet/10000/kb', same(30)),
  value('10,000 quiet streams: longest silence, s', 'quiet/10000/silence', same(16)),
  noFailure('10,000 quiet streams: wrong positions, failures', 'quiet/10000/kb'),
  { what: 'api: calls a second, against json', figure: same('api/calls'), times: true, least: both(0.5, 0.25) },
  {
    what: 'api, 2,000 (cluster: 1,000) arrivals/s: mean, ms',
    figure: both('api/rate-2000/mean', 'api/rate-1000/mean'),
    most: same(200),
  },
  noFailure('api: failures', 'api/calls'),
  value('memory of an idle worker, MB', 'idle/memory', both(130, 160)),
  noFailure('soak, 500 users, 30 minutes: failures', 'soak/500x30/turns'),
  value('soak: memory at the end against minute 5', 'soak/500x30/growth', same(1.1)),
  noFailure('reload: failures', 'reload/turns'),
  noFailure('login: failures', 'login/logins'),
  ratio('beside uploads of text: gaps p99, against without', 'uploads/text/gap-p99', same(1.5)),
  ratio('beside uploads of photos: gaps p99, against without', 'uploads/photo/gap-p99', same(1.5)),
  noFailure('uploads: failures', 'uploads/photo/gap-p99'),
];

function found({ figure, times, failures }, backend, sections) {
  const [scenario, ...rest] = figure[backend].split('/');
  const section = sections.find((one) => one.scenario === scenario && one.backend === backend);
  const measured = section?.figures.find(({ id }) => id === rest.join('/'));
  if (!measured) return null;
  if (failures) return section.failed;
  return times ? measured.ratio : measured.median;
}

/** Rows `{ what, embedded, cluster }`, each `{ target, found, reached }`; `reached` null where it was not measured. */
export function reach(sections) {
  const cell = (row, backend) => {
    const value = found(row, backend, sections);
    const [most, least] = [row.most?.[backend], row.least?.[backend]];
    const reached =
      value === null ? null : (most === undefined || value <= most) && (least === undefined || value >= least);
    const times = row.times ? ' ×' : '';
    const target = [least !== undefined && `≥ ${least}${times}`, most !== undefined && `≤ ${most}${times}`];
    return { target: target.filter(Boolean).join(', '), found: value, times, reached };
  };
  return ROWS.map((row) => ({ what: row.what, embedded: cell(row, 'embedded'), cluster: cell(row, 'cluster') }));
}
