// Who may import whom. The same rules stand in words in docs/architecture.md.
const test = '\\.(spec|contract|testing)\\.ts$';
const adapter = '\\.(memory|sqlite|redis|mongo|bullmq)\\.ts$';
const feature = (name, ...mayImport) => ({
  name: `${name}-imports`,
  comment: `src/${name} may import only: ${mayImport.join(', ') || 'no feature'}`,
  severity: 'error',
  from: { path: `^src/${name}/`, pathNot: test },
  to: {
    path: '^src/(auth|chat|generation|account|rate-limit|realtime|health|admin|metrics|migrate|web|upkeep|doctor)/',
    pathNot: [name, ...mayImport].map((n) => `^src/${n}/`),
  },
});

export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'web-is-on-its-own',
      comment: 'The page knows the server by its API only; of the catalogue of errors it takes the types.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|libs|test)/', pathNot: '^libs/errors/catalogue\\.ts$' },
    },
    {
      name: 'web-takes-types-only',
      severity: 'error',
      from: { path: '^web/', pathNot: test },
      to: { path: '^libs/', dependencyTypesNot: ['type-only'] },
    },
    { name: 'libs-know-no-product', severity: 'error', from: { path: '^libs/' }, to: { path: '^src/' } },
    {
      name: 'adapters-only-from-the-table',
      comment: 'Adapters are imported by src/adapters.module.ts, by their own specs and by tests, by nobody else.',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: ['^src/adapters\\.module\\.ts$', adapter, test] },
      to: { path: adapter },
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
      to: { path: '^src/(app\\.module|adapters\\.module|main|serve)\\.ts$' },
    },
    {
      name: 'foundations',
      comment: 'config, http, lifecycle and notices import no feature',
      severity: 'error',
      from: { path: '^src/(config|http|lifecycle|notices)/', pathNot: test },
      to: {
        path: '^src/(auth|chat|generation|account|rate-limit|realtime|health|admin|metrics|migrate|web|upkeep|doctor)/',
      },
    },
    {
      name: 'one-knows-prometheus',
      comment: 'Features declare with libs/metrics what they count; only that folder knows in which form it is shown.',
      severity: 'error',
      from: { pathNot: '^libs/metrics/' },
      to: { path: 'node_modules/prom-client' },
    },
    feature('rate-limit'),
    feature('auth', 'rate-limit'),
    feature('health'),
    feature('web'),
    feature('chat', 'auth'),
    feature('realtime', 'auth', 'rate-limit'),
    feature('generation', 'chat', 'auth', 'rate-limit'),
    feature('migrate', 'generation', 'chat', 'auth'),
    feature('upkeep', 'migrate', 'generation', 'chat', 'auth'),
    feature('doctor', 'upkeep', 'migrate', 'generation', 'chat', 'auth'),
    feature('account', 'generation', 'chat', 'auth', 'rate-limit'),
    feature('metrics'),
    feature('admin', 'metrics', 'health', 'realtime', 'generation', 'chat', 'auth', 'rate-limit'),
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
