import { backendNames } from './scripts/testing/backends.mjs';

// Who may import whom. The same rules stand in words in docs/architecture.md.
const test = '\\.(spec|contract|testing)\\.ts$';
/**
 * A backend is a folder inside its port's folder; the folders of the same names in `libs` are the drivers under them. A
 * new name needs nothing here: it is known by its spec, which calls the port's contract.
 */
const names = `(${backendNames().join('|')})`;
const backend = `^(src|libs)/.*/${names}/`;
const driver = '^libs/(redis|mongo|sqlite|s3)/';

/** Of each folder of `src`, those that it may import besides the bottom: from there to the top. */
const src = {
  config: [],
  contract: [],
  http: [],
  lifecycle: [],
  observability: ['lifecycle'],
  clients: ['observability', 'lifecycle'],
  cache: ['clients'],
  'event-log': ['clients'],
  cluster: ['clients', 'lifecycle'],
  notices: ['cluster'],
  // Features.
  models: ['cache', 'observability'],
  queue: ['cluster', 'clients', 'lifecycle'],
  health: ['clients', 'observability', 'lifecycle', 'http'],
  metrics: ['cluster', 'observability', 'lifecycle', 'http'],
  web: ['http'],
  'rate-limit': ['clients', 'observability', 'http'],
  auth: ['rate-limit', 'notices', 'cluster', 'clients', 'observability', 'http'],
  chat: ['auth', 'notices', 'clients', 'lifecycle', 'http'],
  files: ['chat', 'auth', 'rate-limit', 'clients', 'observability', 'lifecycle', 'http'],
  realtime: ['auth', 'rate-limit', 'notices', 'clients', 'observability', 'http'],
  generation: [
    ...['files', 'chat', 'auth', 'rate-limit', 'queue', 'models'],
    ...['notices', 'cluster', 'event-log', 'clients', 'observability', 'lifecycle', 'http'],
  ],
  programs: [
    ...['generation', 'auth', 'rate-limit', 'queue', 'notices', 'cluster'],
    ...['observability', 'lifecycle', 'http'],
  ],
  'self-test': ['generation', 'lifecycle', 'http'],
  account: ['generation', 'files', 'chat', 'auth', 'rate-limit', 'lifecycle', 'http'],
  admin: [
    ...['generation', 'chat', 'auth', 'realtime', 'metrics', 'health', 'rate-limit', 'queue'],
    ...['cluster', 'lifecycle', 'http'],
  ],
  commands: ['account', 'self-test', 'generation', 'files', 'chat', 'auth', 'models', 'cluster', 'clients', 'http'],
};
/** The same of `libs`. */
const libs = {
  errors: [],
  'api-keys': [],
  ids: [],
  async: ['errors'],
  fields: [],
  tracing: [],
  'directory-lock': [],
  paging: [],
  text: [],
  redis: [],
  mongo: [],
  sqlite: [],
  s3: [],
  cache: ['redis'],
  cluster: ['redis'],
  'event-log': ['redis'],
  models: ['cache'],
  dialects: ['models'],
  metrics: ['cluster'],
};
/** What every other folder may import. */
const bottom = { src: ['config', 'contract'], libs: ['errors', 'ids', 'async'] };

const folderRules = (root, table) => [
  ...Object.entries(table).map(([name, named]) => {
    const mayImport = bottom[root].includes(name) ? named : [...named, ...bottom[root]];
    return {
      name: `${root}-${name}`,
      comment: `${root}/${name} may import only: ${mayImport.join(', ') || 'no other folder'}`,
      severity: 'error',
      from: { path: `^${root}/${name}/`, pathNot: test },
      to: { path: `^${root}/[^/]+/`, pathNot: [name, ...mayImport].map((n) => `^${root}/${n}/`) },
    };
  }),
  {
    name: `${root}-folder-without-a-rule`,
    severity: 'error',
    from: { path: `^${root}/[^/]+/`, pathNot: Object.keys(table).map((name) => `^${root}/${name}/`) },
    to: {},
  },
];

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'web-is-on-its-own',
      comment:
        'The page knows the server by its API only: of the contract and the catalogue of errors it takes the types.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|libs|test)/', pathNot: ['^libs/errors/catalogue\\.ts$', '^src/contract/'] },
    },
    {
      name: 'web-takes-types-only',
      severity: 'error',
      from: { path: '^web/', pathNot: test },
      to: { path: '^(src|libs)/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'libs-know-no-product', severity: 'error', from: { path: '^libs/' }, to: { path: '^src/' } },
    {
      name: 'a-backend-is-a-folder',
      comment: 'It is imported by the module that offers its port, by the commands that are named here, and by tests.',
      severity: 'error',
      from: {
        path: '^(src|libs)/',
        pathNot: ['^src/([^/]+)/\\1\\.module\\.ts$', '^src/commands/(backup|contents|migrate|upkeep)/', backend, test],
      },
      to: { path: backend, pathNot: driver },
    },
    {
      name: 'a-module-has-its-own-backends',
      comment: 'Those of its feature, or of the folder of the same name in libs.',
      severity: 'error',
      from: { path: '^src/([^/]+)/[^/]+\\.module\\.ts$' },
      to: { path: backend, pathNot: [driver, '^(src|libs)/$1/'] },
    },
    {
      name: 'backends-know-no-other',
      severity: 'error',
      from: { path: `^(?:src|libs)/.*/${names}/`, pathNot: [driver, test] },
      to: { path: backend, pathNot: [driver, '/$1/'] },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: test },
      to: { path: [test, '^test/'] },
    },
    {
      name: 'features-do-not-import-the-root',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: test },
      to: { path: '^src/(app|app\\.module|main|serve|cli)\\.ts$' },
    },
    {
      name: 'the-contract-is-on-its-own',
      comment: 'zod and the catalogue of errors: the page reads its types, and whoever reads it needs nothing else.',
      severity: 'error',
      from: { path: '^src/contract/', pathNot: test },
      to: { pathNot: ['^src/contract/', '^libs/errors/catalogue\\.ts$', '^node_modules/zod/'] },
    },
    {
      name: 'one-makes-ids',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: ['^libs/ids/', test] },
      to: { path: 'node_modules/uuid' },
    },
    {
      name: 'one-knows-prometheus',
      comment: 'Features declare with libs/metrics what they count; only that folder knows in which form it is shown.',
      severity: 'error',
      from: { pathNot: '^libs/metrics/' },
      to: { path: 'node_modules/prom-client' },
    },
    ...folderRules('src', src),
    ...folderRules('libs', libs),
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: test },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['node_modules', '^test/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.d.ts'],
    },
  },
};
