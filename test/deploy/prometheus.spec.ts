import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Prometheus } from '../support/prometheus.js';
import { Provider } from '../support/provider.js';

const root = resolve(__dirname, '../..');
const folder = join(root, 'deploy/prometheus');
const METRICS_TOKEN = 'a token for metrics only';

interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  labels?: { severity: string };
  annotations?: { summary: string; description: string; runbook_url: string };
}
const rules: Rule[] = parse(readFileSync(join(folder, 'parley.rules.yml'), 'utf8')).groups.flatMap((g: any) => g.rules);
const alerts = rules.filter(({ alert }) => alert);

const dashboard = JSON.parse(readFileSync(join(root, 'deploy/grafana/parley.json'), 'utf8'));
const panels: Array<{ title: string; targets?: Array<{ expr: string; datasource: unknown }> }> = dashboard.panels;
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));

/** Names of series with their matchers, as an expression has them; a name that stands in a grouping is none. */
const selectorsOf = (expr: string) =>
  [
    ...expr
      .replace(/\b(by|on|without) \([^)]*\)/g, '')
      .matchAll(/(?<![\w:"$.])((?:parley|gen_ai|process|nodejs)[\w:]+|up)(\{[^}]*\})?/g),
  ].map(([, name, matchers = '']) => name + matchers);

describe('what is shipped for Prometheus', () => {
  const promtool = (...args: string[]) =>
    execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 240_000 });

  it('is taken by promtool', () => {
    expect(promtool('check', 'rules', 'parley.rules.yml')).toContain(`SUCCESS: ${rules.length} rules found`);
    expect(promtool('check', 'config', '--syntax-only', '../compose/prometheus.yml')).toContain('SUCCESS');
  });

  it('fires when it should, and not when it should not', () => {
    expect(promtool('test', 'rules', 'parley.rules.test.yml')).toContain('SUCCESS');
    const tested = readFileSync(join(folder, 'parley.rules.test.yml'), 'utf8');
    for (const { alert } of alerts) expect(tested).toContain(`alertname="${alert}"`);
  });

  it('has a page for each alert, which says what it means, where to look and what to do', () => {
    const pages = readdirSync(join(root, 'docs/runbooks')).filter((name) => name !== 'README.md');
    const linked = alerts.map(({ annotations }) => annotations!.runbook_url);
    expect(linked.map((url) => url.replace('{{ $externalLabels.runbooks }}/', '')).sort()).toEqual(pages.sort());
    const index = readFileSync(join(root, 'docs/runbooks/README.md'), 'utf8');
    for (const { alert, labels, annotations } of alerts) {
      expect(annotations!.runbook_url).toContain(`/${alert}.md`);
      expect(['page', 'ticket']).toContain(labels!.severity);
      const page = readFileSync(join(root, `docs/runbooks/${alert}.md`), 'utf8');
      expect(page).toContain(`# ${alert}\n`);
      for (const section of ['## What it means', '## Where to look', '## What to do']) expect(page).toContain(section);
      expect(index).toContain(`(${alert}.md)`);
    }
    // What Prometheus sets before the pages' names is set where it is started.
    const { global } = parse(readFileSync(join(root, 'deploy/compose/prometheus.yml'), 'utf8'));
    expect(readdirSync(join(root, global.external_labels.runbooks))).toEqual(expect.arrayContaining(pages));
  });

  it('names metrics in runbooks that rules or dashboard know too', () => {
    const known = [...rules, ...queries].flatMap(({ expr }) => selectorsOf(expr)).map((s) => s.split('{')[0]);
    for (const page of readdirSync(join(root, 'docs/runbooks'))) {
      const text = readFileSync(join(root, 'docs/runbooks', page), 'utf8');
      const named = [...text.matchAll(/`(?!docker)[^`\n]*`/g)].flatMap(
        ([code]) => code.match(/\b(parley|gen_ai)_\w+/g) ?? [],
      );
      expect([page, named.filter((name) => !known.some((one) => one.startsWith(name)))]).toEqual([page, []]);
    }
  });
});

const SEVERAL_SERVERS = ['parley_deployment_calls_total', 'parley_fallbacks_total'];

describe('a Prometheus that scraped a real run', () => {
  let provider: Provider;
  let backends: Backends;
  let data: string;
  let prometheus: Prometheus;
  const servers: Server[] = [];

  const start = async (env: Record<string, string>) => {
    const server = await Server.start({
      ...provider.env,
      METRICS_TOKEN,
      QUEUE_BACKOFF_MS: '10',
      DATA_DIR: data,
      ...env,
    });
    servers.push(server);
    return server;
  };

  /** One that is answered, one whose first attempt fails, one that is resumed, refused ones; a key, and a wrong one. */
  const live = async (url: string, full: string) => {
    let calls = 0;
    provider.reply = (call) => (calls++ % 2 ? call.fail(500) : call.think('Hm').say('Hello').finish());
    const ada = await Person.join(url);
    const events = await ada.askAll('Hi');
    await ada.askAll('And again');
    await (await ada.resume(events[0].data.messageId, '1-0')).text();
    expect((await ada.at(full).ask('No room')).status).toBe(503);
    expect((await ada.call('GET', '/api/convos')).status).toBe(200);
    const { secret } = (await (await ada.call('POST', '/api/keys', { name: 'Script' })).json()) as any;
    const asks = { model: 'gpt-test', stream: true, messages: [{ role: 'user', content: 'Hi' }] };
    const asKey = { authorization: `Bearer ${secret}` };
    // The provider fails every other call.
    const answers: string[] = [];
    for (let n = 0; n < 2; n++) {
      answers.push(await (await ada.call('POST', '/v1/chat/completions', asks, asKey)).text());
    }
    expect(answers).toContainEqual(expect.stringContaining('[DONE]'));
    const headers = { 'x-api-key': 'sk-parley-mistyped' };
    expect((await fetch(`${url}/api/convos`, { headers })).status).toBe(401);
  };

  beforeAll(async () => {
    build();
    data = mkdtempSync(join(tmpdir(), 'parley-scraped-'));
    provider = await Provider.start();
    backends = await Backends.start();
    const env = backends.space();
    const [one, full] = await Promise.all([start(env), start({ ...env, ROLE: 'web', QUEUE_MAX_WAITING: '0' })]);
    const addresses = servers.map(({ url }) => url.replace('http://', ''));
    prometheus = await Prometheus.start(one.url.replace('http://', ''), addresses, METRICS_TOKEN);
    // What is counted for the first time after the first scrape would not be seen to grow.
    await live(one.url, full.url);
    await eventually(async () => (await prometheus.query('count_over_time(up{job="parley"}[1m]) > 2')).length > 0);
    await live(one.url, full.url);
    const grown = 'increase(parley_generation_ends_total{status="complete"}[1m]) > 0';
    await eventually(async () => (await prometheus.query(grown)).length > 0);
    // The rules have looked at what was scraped.
    await eventually(async () => (await prometheus.query('parley:answers_begun:increase1h > 0')).length > 0);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await backends?.stop();
    await provider?.stop();
    if (data) rmSync(data, { recursive: true, force: true });
  });

  it('has all targets up: the one for all, and each instance', async () => {
    const up = await prometheus.query('up');
    expect(up.map(({ metric, value }) => [metric.job, value[1]]).sort()).toEqual([
      ['parley', '1'],
      ['parley-instances', '1'],
      ['parley-instances', '1'],
    ]);
    // Of each instance only what nobody else may add up.
    const names = await prometheus.query(
      'count by (__name__) ({job="parley-instances", __name__=~"(parley|process)_.+"})',
    );
    expect(names.map(({ metric }) => metric.__name__).sort()).toEqual([
      'parley_dependency_latency_seconds',
      'parley_dependency_up',
    ]);
  });

  it.each(queries)('fills the dashboard: $title', async ({ expr }) => {
    const query = expr.replaceAll('$__rate_interval', '1m');
    const result = await prometheus.query(query);
    expect(result.length).toBeGreaterThan(0);
    // A rate of nothing, or a quantile of none, would draw an empty panel.
    expect(result.some(({ value }) => Number.isFinite(Number(value[1])))).toBe(true);
  });

  it.each(rules.map((rule) => ({ name: rule.alert ?? rule.record, ...rule })))('evaluates $name', async ({ expr }) => {
    await prometheus.query(expr);
    // An expression that names what is not there is silently never true.
    for (const selector of selectorsOf(expr)) {
      expect([selector, (await prometheus.query(`count(${selector})`)).length]).toEqual([selector, 1]);
    }
  });

  it('has every metric that docs/deploy.md lists, and no series that grows with people', async () => {
    const [, table] = /\| \| names \|\n([^]*?)\n\n/.exec(readFileSync(join(root, 'docs/deploy.md'), 'utf8'))!;
    const listed = [...table.matchAll(/`(\w+_\w+)`/g)].map(([, name]) => name);
    expect(listed.length).toBeGreaterThan(25);
    // Of the embedded store and of several servers, which are not here; of TITLES=model, which is not on.
    const others = ['parley_sqlite_bytes', 'parley_titles_total', ...SEVERAL_SERVERS];
    for (const name of listed.filter((one) => !others.includes(one))) {
      const found = await prometheus.query(`count({job="parley", __name__=~"${name}(_bucket)?"})`);
      expect([name, found.length]).toEqual([name, 1]);
    }
    const [series] = await prometheus.query('count({job="parley"})');
    expect(Number(series.value[1])).toBeLessThan(600);
  });

  it('has no rule that failed, and alerts that are right about this run', async () => {
    const { groups } = await prometheus.get('rules');
    const found = groups.flatMap((group: any) => group.rules);
    expect(found).toHaveLength(rules.length);
    expect(found.filter(({ health, lastError }: any) => health !== 'ok' || lastError)).toEqual([]);
    const { alerts: active } = await prometheus.get('alerts');
    const names = active.map(({ labels }: any) => labels.alertname);
    expect(names).not.toContain('ParleyDown');
    expect(names).toEqual(expect.arrayContaining(['ParleyQueueFull', 'ParleyProviderErrors']));
  });

  it('still tells which dependency is away when Redis is, and nobody answers for all', async () => {
    await backends.redis.kill();
    await eventually(async () => (await prometheus.query('up{job="parley"} == 0')).length > 0);
    const down = alerts.find(({ alert }) => alert === 'ParleyDependencyDown')!;
    await eventually(async () => (await prometheus.query(down.expr)).length > 0);
    expect((await prometheus.query(down.expr)).map(({ metric }) => metric.name)).toEqual(['redis']);
  });
});
