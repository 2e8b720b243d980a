// Who may import whom. The same rules stand in words in docs/architecture.md.
const test = '\\.(spec|contract|testing)\\.ts$';
/** A backend is a folder inside its port's folder; the folders of the same names in `libs` are the drivers under them. */
const backend = '^(src|libs)/.*/(memory|sqlite|redis|mongo|bullmq)/';
const driver = '^libs/(redis|mongo|sqlite)/';
const features =
  '^src/(account|admin|auth|chat|commands|generation|health|metrics|models|queue|rate-limit|realtime|self-test|web)/';
const feature = (name, ...mayImport) => ({
  name: `${name}-imports`,
  comment: `src/${name} may import only: ${mayImport.join(', ') || 'no feature'}`,
  severity: 'error',
  from: { path: `^src/${name}/`, pathNot: test },
  to: {
    path: features,
    pathNot: [name, ...mayImport].map((n) => `^src/${n}/`),
  },
});

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
      comment: 'It is imported by src/adapters.module.ts, by the commands that are named here, and by tests.',
      severity: 'error',
      from: {
        path: '^(src|libs)/',
        pathNot: ['^src/adapters\\.module\\.ts$', '^src/clients/', '^src/commands/(migrate|upkeep)/', backend, test],
      },
      to: { path: backend, pathNot: driver },
    },
    {
      name: 'backends-know-no-other',
      severity: 'error',
      from: { path: '^(?:src|libs)/.*/(memory|sqlite|redis|mongo|bullmq)/', pathNot: [driver, test] },
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
      from: { path: '^src/[^/]+/', pathNot: [test, '^src/(models/asked-models|commands/running-servers)\\.ts$'] },
      to: { path: '^src/(app|app\\.module|adapters\\.module|main|serve|cli)\\.ts$' },
    },
    {
      name: 'the-contract-is-on-its-own',
      comment: 'zod and the catalogue of errors: the page reads its types, and whoever reads it needs nothing else.',
      severity: 'error',
      from: { path: '^src/contract/', pathNot: test },
      to: { pathNot: ['^src/contract/', '^libs/errors/catalogue\\.ts$', '^node_modules/zod/'] },
    },
    {
      name: 'foundations',
      comment: 'config, http, lifecycle and notices import no feature',
      severity: 'error',
      from: { path: '^src/(config|http|lifecycle|notices)/', pathNot: test },
      to: { path: features },
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
    feature('rate-limit'),
    feature('queue'),
    feature('auth', 'rate-limit'),
    feature('health'),
    feature('web'),
    feature('chat', 'auth'),
    feature('realtime', 'auth', 'rate-limit'),
    feature('generation', 'queue', 'chat', 'auth', 'rate-limit'),
    feature('models'),
    feature('self-test', 'generation', 'auth'),
    feature('commands', 'account', 'self-test', 'models', 'generation', 'chat', 'auth'),
    feature('account', 'commands', 'generation', 'chat', 'auth', 'rate-limit'),
    feature('metrics'),
    feature('admin', 'metrics', 'health', 'realtime', 'generation', 'queue', 'chat', 'auth', 'rate-limit'),
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
