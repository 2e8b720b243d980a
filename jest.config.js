// Jest runs CommonJS: @swc/jest turns our ESM sources, and the ESM-only packages named below, into it.
const esmOnly = [
  '@nestjs',
  '@fastify/cookie',
  'content-disposition',
  'cookie',
  'uuid',
  'cache-manager',
  'keyv',
  '@keyv',
  '@cacheable',
  'hookified',
  // What parses Markdown.
  '(micromark|mdast-util|unist-util)(-[\\w-]+)?',
  'lowlight',
  ...['ccount', 'character-entities', 'decode-named-character-reference', 'devlop', 'escape-string-regexp'],
  ...['get-east-asian-width', 'longest-streak', 'markdown-table', 'trim-lines', 'vfile', 'vfile-message', 'zwitch'],
  // CommonJS, but with a dynamic import of node:http.
  '@opentelemetry/otlp-exporter-base',
];

export default {
  testEnvironment: 'node',
  roots: [
    '<rootDir>/src',
    '<rootDir>/libs',
    '<rootDir>/test',
    '<rootDir>/scripts',
    '<rootDir>/web/src',
    '<rootDir>/bench',
  ],
  // A package of its own.
  modulePathIgnorePatterns: ['<rootDir>/bench/artillery'],
  testMatch: ['**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.(t|j|mj)s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/support/mongo/choice.ts',
  globalTeardown: '<rootDir>/test/support/mongo/announce-last.ts',
  // Only so that what hangs ends: no test may depend on how busy the machine is.
  testTimeout: 300_000,
};
