import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { testConfig } from './config.testing.js';
import { readEndpointsFile } from './endpoints-file.js';
import { loadConfig } from './load.js';

describe('the file of endpoints', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-endpoints-'));
    file = join(folder, 'parley.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const read = (text: string, env: Record<string, string> = {}) => {
    writeFileSync(file, text);
    return readEndpointsFile(file, env);
  };
  const taken = (text: string, env?: Record<string, string>) => {
    const { endpoints, problems } = read(text, env);
    expect(problems).toEqual([]);
    return endpoints;
  };
  /** Each problem as `where: what`. */
  const wrong = (text: string, env?: Record<string, string>) => {
    const { endpoints, problems } = read(text, env);
    expect(endpoints).toEqual([]);
    return problems.map(({ name, message }) => `${name}: ${message}`);
  };
  const one = (more: string) => `endpoints: [{ name: local, baseURL: "http://h/v1", ${more} }]`;

  it('may hold everything that can be said', () => {
    const text = `
endpoints:
  - name: local
    label: Our own machine
    baseURL: http://localhost:8000/v1
    apiKey: \${LOCAL_KEY}
    headers: { X-Title: Ours, X-Number: 7 }
    maxConcurrent: 8
    models:
      - qwen3
      - name: qwen3-large
        contextTokens: 32768
        maxTokensField: max_completion_tokens
        noTemperature: true
        thinkTags: true
      - name: eyes
        label: Our eyes
        description: Looks at pictures.
        kind: chat
        input: [image, text, image, pdf]
        reasoning: false
        maxOutputTokens: 8192
      - { name: thinker, effortField: chat_template_kwargs, reasoning: true }
      - { name: e5, kind: embedding }
  - { name: other, baseURL: https://api.example.org/v1 }
`;
    expect(taken(text, { LOCAL_KEY: 'k: "1" # {}' })).toEqual([
      {
        name: 'local',
        label: 'Our own machine',
        baseURL: 'http://localhost:8000/v1',
        apiKey: 'k: "1" # {}',
        headers: { 'x-title': 'Ours', 'x-number': '7' },
        maxConcurrent: 8,
        models: [
          { name: 'qwen3' },
          {
            name: 'qwen3-large',
            contextTokens: 32_768,
            maxTokensField: 'max_completion_tokens',
            noTemperature: true,
            thinkTags: true,
          },
          {
            name: 'eyes',
            label: 'Our eyes',
            description: 'Looks at pictures.',
            kind: 'chat',
            input: ['text', 'image', 'pdf'],
            reasoning: false,
            maxOutputTokens: 8192,
          },
          { name: 'thinker', effortField: 'chat_template_kwargs', reasoning: true },
          { name: 'e5', kind: 'embedding' },
        ],
      },
      { name: 'other', baseURL: 'https://api.example.org/v1' },
    ]);
  });

  it('may name several servers, and models that stand in', () => {
    const text = `
endpoints:
  - name: local
    apiKey: shared
    deployments:
      - { baseURL: http://a:8000/v1/, weight: 3 }
      - { name: eu-1, baseURL: http://b:8000/v1, apiKey: "\${KEY}", headers: { X-Zone: eu }, weight: "\${N}" }
    fallbacks: [big/llama, openrouter/meta/llama-3]
`;
    expect(taken(text, { KEY: 'k', N: '2' })).toEqual([
      {
        name: 'local',
        apiKey: 'shared',
        deployments: [
          { baseURL: 'http://a:8000/v1/', weight: 3 },
          { name: 'eu-1', baseURL: 'http://b:8000/v1', apiKey: 'k', headers: { 'x-zone': 'eu' }, weight: 2 },
        ],
        fallbacks: [
          { endpoint: 'big', model: 'llama' },
          { endpoint: 'openrouter', model: 'meta/llama-3' },
        ],
      },
    ]);
  });

  it('tells what is wrong with servers and models that stand in', () => {
    const text = `
endpoints:
  - name: a
    baseURL: http://h/v1
    deployments: []
    fallbacks: [big, 7, big/m, x/y, big/m]
  - name: b
    deployments:
      - { baseURL: http://h/v1, weight: 0 }
      - { name: "a b", weight: many, apikey: sk-hidden-1 }
      - http://h/v1
  - { name: c, deployments: http://h/v1 }
`;
    expect(wrong(text)).toEqual([
      'parley.yaml, endpoint 1 (a), baseURL: must not stand beside deployments: each has its own',
      'parley.yaml, endpoint 1 (a), deployments: must name at least one, or be left out',
      'parley.yaml, endpoint 1 (a), fallback 1 (big): must be <endpoint>/<model>',
      'parley.yaml, endpoint 1 (a), fallback 2: must be <endpoint>/<model>',
      'parley.yaml, endpoint 2 (b), deployment 1, weight: must be a whole number from 1 to 1000',
      'parley.yaml, endpoint 2 (b), deployment 2 (a b), baseURL: must be an address that begins with http:// or https://',
      'parley.yaml, endpoint 2 (b), deployment 2 (a b), name: must be 1 to 64 letters, digits, dots, hyphens and underscores',
      'parley.yaml, endpoint 2 (b), deployment 2 (a b), weight: must be a whole number from 1 to 1000',
      'parley.yaml, endpoint 2 (b), deployment 2 (a b), apikey: is not known here: remove it',
      'parley.yaml, endpoint 2 (b), deployment 3 (http://h/v1): must have at least baseURL',
      'parley.yaml, endpoint 3 (c), deployments: must be a list',
    ]);
  });

  it('refuses the same server, name or model twice', () => {
    const servers = [
      '{ baseURL: "http://h/v1" }',
      '{ baseURL: "http://h/v1/" }',
      '{ baseURL: "http://h/v1", apiKey: other }',
      '{ name: "3", baseURL: "http://i/v1" }',
    ];
    const text = `endpoints: [{ name: a, deployments: [${servers.join()}], fallbacks: [b/m, b/n, b/m] }]`;
    expect(wrong(text)).toEqual([
      'parley.yaml, endpoint 1 (a), deployment 4 (3), name: stands there twice',
      'parley.yaml, endpoint 1 (a), deployment 2: is the same as deployment 1',
      'parley.yaml, endpoint 1 (a), fallback 3 (b/m): stands there twice',
    ]);
  });

  it('is understood as shown in parley.example.yaml, also with all that is commented out', () => {
    const example = join(__dirname, '..', '..', 'parley.example.yaml');
    expect(readEndpointsFile(example, {}).problems).toEqual([]);
    expect(readEndpointsFile(example, {}).endpoints.map(({ name }) => name)).toEqual(['ollama', 'local']);
    const all = readFileSync(example, 'utf8').replaceAll(/^ {2}#(?=-| {2})/gm, '  ');
    const endpoints = taken(all, { OPENROUTER_API_KEY: 'a', AZURE_OPENAI_KEY: 'b', FARM_KEY: 'c' });
    expect(endpoints.map(({ name }) => name)).toEqual(['ollama', 'local', 'farm', 'openrouter', 'azure']);
  });

  it.each(['', '# nothing\n', 'endpoints:\n', 'endpoints: []', '{}', '---\n'])('may hold no endpoint: %j', (text) => {
    expect(taken(text)).toEqual([]);
  });

  it('takes numbers and flags out of the environment', () => {
    const text = one('maxConcurrent: "${N}", models: [{ name: m, contextTokens: "${N}", noTemperature: "${YES}" }]');
    expect(taken(text, { N: '12', YES: 'true' })).toMatchObject([
      { maxConcurrent: 12, models: [{ contextTokens: 12, noTemperature: true }] },
    ]);
  });

  it('takes a reference within a text, at any depth, and leaves other dollars alone', () => {
    const text = one('label: "a ${A}-${B} $C ${} $", headers: { x: "Bearer ${A}" }');
    expect(taken(text, { A: 'one', B: '${A}' })).toMatchObject([
      { label: 'a one-${A} $C ${} $', headers: { x: 'Bearer one' } },
    ]);
  });

  it('tells each name that is not set, once', () => {
    expect(wrong(one('apiKey: "${NO_KEY}", label: "${NO_KEY}${toString}"'))).toEqual([
      'NO_KEY: must be set: parley.yaml refers to it',
      'toString: must be set: parley.yaml refers to it',
    ]);
  });

  it('tells everything that is wrong at once, and where', () => {
    const text = `
endpoints:
  - name: demo
    baseURL: localhost:8000
    maxConcurrent: 0
    apikey: sk-hidden-1
  - label: 7
    apiKey: \${MISSING}
    models:
      - { name: qwen3, contextTokens: many, maxTokensField: tokens, noTemperature: perhaps, thinkTags: often, x: 1 }
      - qwen3
      - [1]
      - { name: n, kind: image, input: [audio], reasoning: very, effortField: effort, maxOutputTokens: 0, label: "" }
      - { name: o, input: image }
  - name: LOCAL
    baseURL: http://h/v1/chat/completions
    headers: { "a b": x }
    models: []
  - name: local
    baseURL: http://h/v1
    headers: { x: "a\\nb" }
    models: qwen3
  - 7
models: []
`;
    const found = wrong(text);
    expect(found).toEqual([
      'MISSING: must be set: parley.yaml refers to it',
      'parley.yaml, endpoint 1 (demo), name: is taken: choose another one',
      'parley.yaml, endpoint 1 (demo), baseURL: must be an address that begins with http:// or https://',
      'parley.yaml, endpoint 1 (demo), maxConcurrent: must be a whole number from 1 to 100000',
      'parley.yaml, endpoint 1 (demo), apikey: is not known here: remove it',
      'parley.yaml, endpoint 2, name: must be a name',
      'parley.yaml, endpoint 2, label: must be a text of 1 to 100 characters',
      'parley.yaml, endpoint 2, baseURL: must be an address that begins with http:// or https://',
      'parley.yaml, endpoint 2, model 1 (qwen3), contextTokens: must be a whole number from 1 to 1000000000',
      'parley.yaml, endpoint 2, model 1 (qwen3), maxTokensField: must be max_tokens or max_completion_tokens',
      'parley.yaml, endpoint 2, model 1 (qwen3), noTemperature: must be true or false',
      'parley.yaml, endpoint 2, model 1 (qwen3), thinkTags: must be true or false',
      'parley.yaml, endpoint 2, model 1 (qwen3), x: is not known here: remove it',
      'parley.yaml, endpoint 2, model 3: must be a name, or a name with settings',
      'parley.yaml, endpoint 2, model 4 (n), label: must be a text of 1 to 100 characters',
      'parley.yaml, endpoint 2, model 4 (n), kind: must be chat or embedding',
      'parley.yaml, endpoint 2, model 4 (n), maxOutputTokens: must be a whole number from 1 to 1000000000',
      'parley.yaml, endpoint 2, model 4 (n), input 1 (audio): must be text, image or pdf',
      'parley.yaml, endpoint 2, model 4 (n), reasoning: must be true or false',
      'parley.yaml, endpoint 2, model 4 (n), effortField: must be one of reasoning_effort, reasoning, thinking, enable_thinking, chat_template_kwargs',
      'parley.yaml, endpoint 2, model 5 (o), input: must be a list of text, image, pdf',
      'parley.yaml, endpoint 3 (LOCAL), headers: has a name that no header may have',
      'parley.yaml, endpoint 3 (LOCAL), models: must name at least one, or be left out',
      'parley.yaml, endpoint 4 (local), headers, x: must not hold line breaks or characters beyond Latin-1',
      'parley.yaml, endpoint 4 (local), models: must be a list',
      'parley.yaml, endpoint 5: must have at least name and baseURL',
      'parley.yaml, models: is not known here: remove it',
    ]);
    expect(found.join()).not.toContain('sk-hidden');
  });

  it.each(['openai', 'OpenAI', 'Anthropic', 'demo', 'constructor'])('refuses the name %s', (name) => {
    expect(wrong(`endpoints: [{ name: ${name}, baseURL: "http://h/v1" }]`)[0]).toContain('is taken');
  });

  it.each(['a b', 'a/b', '../x', '-a', 'ä', '"%41"', '__proto__', 'x'.repeat(65)])('refuses the name %s', (name) => {
    expect(wrong(`endpoints: [{ name: ${name}, baseURL: "http://h/v1" }]`)[0]).toContain('must be up to 64 letters');
  });

  it('refuses two of one name, of endpoints and of models', () => {
    const text = 'endpoints: [{ name: a, baseURL: "http://h/v1" }, { name: A, baseURL: "http://h/v1" }]';
    expect(wrong(text)).toEqual(['parley.yaml, endpoint 2 (A), name: stands there twice']);
    expect(wrong(one('models: [m, { name: m }]'))).toEqual([
      'parley.yaml, endpoint 1 (local), model 2 (m), name: stands there twice',
    ]);
  });

  it.each([
    ['a list at the top', '- name: a', 'must be endpoints: with a list under it'],
    ['a text', 'endpoints', 'must be endpoints: with a list under it'],
    ['endpoints by name', 'endpoints: { a: {} }', 'must be a list'],
  ])('refuses %s', (_name, text, message) => {
    expect(wrong(text)).toEqual([expect.stringContaining(message)]);
  });

  it('says where YAML is wrong, and shows nothing of the file', () => {
    const found = wrong('endpoints:\n  - name: a\n   apiKey: sk-hidden-1\n  baseURL: [sk-hidden-2\n');
    expect(found[0]).toMatch(/^parley\.yaml, line 3, column \d+: is not right in YAML \(\w+\)$/);
    expect(found.join()).not.toContain('hidden');
  });

  it('refuses a key that stands there twice', () => {
    expect(wrong('endpoints: []\nendpoints: []')[0]).toContain('line 2');
  });

  it('refuses a file that grows out of itself', () => {
    const bomb = [
      'a: &a [x, x]',
      ...[...'bcdefghi'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[i]}`)}]`),
    ];
    expect(wrong(bomb.join('\n'))).toEqual([expect.stringContaining('aliases')]);
    expect(wrong(`endpoints: [] # ${'x'.repeat(1_000_001)}`)).toEqual([expect.stringContaining('too long')]);
  });

  describe('in the configuration', () => {
    const load = (env: Record<string, string>) => loadConfig({ STORE: 'memory', ...env }, folder);

    it('is read from parley.yaml or from CONFIG_FILE, with names from .env and the environment', () => {
      writeFileSync(file, one('apiKey: "${KEY}", label: "${LABEL}"'));
      writeFileSync(join(folder, '.env'), 'KEY=from-env-file\nLABEL=a');
      expect(load({ LABEL: 'b' }).endpoints).toMatchObject([{ apiKey: 'from-env-file', label: 'b' }]);
      writeFileSync(join(folder, 'other.yaml'), 'endpoints: [{ name: other, baseURL: "http://h/v1" }]');
      expect(load({ CONFIG_FILE: 'other.yaml' }).endpoints).toMatchObject([{ name: 'other' }]);
    });

    it('has no endpoints where there is no file', () => {
      expect(load({}).endpoints).toEqual([]);
    });

    it('tells its problems together with the others', () => {
      writeFileSync(file, one('apiKey: "${KEY}", secret: sk-hidden-1'));
      try {
        load({ PORT: 'http', KEY: ' ' });
        throw new Error('the configuration was taken');
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const { problems, message } = error as ConfigError;
        expect(problems.map(({ name }) => name)).toEqual(['PORT', 'KEY', 'parley.yaml, endpoint 1 (local), secret']);
        expect(message).not.toContain('hidden');
      }
    });

    it('tells which models that stand in lead nowhere, or round', () => {
      const text = `
endpoints:
  - { name: a, baseURL: "http://h/v1", models: [m, { name: e, kind: embedding }], fallbacks: [b/m, a/m, none/m, demo/demo] }
  - { name: b, baseURL: "http://h/v1", fallbacks: [c/x, openAI/gpt, openAI/other, anthropic/claude] }
  - { name: c, baseURL: "http://h/v1", models: [x], fallbacks: [a/m, a/e, a/missing] }
  - { name: d, baseURL: "http://h/v1", fallbacks: [c/x] }
`;
      writeFileSync(file, text);
      const problems = (env: Record<string, string>) => {
        try {
          load({ OPENAI_API_KEY: 'k', OPENAI_MODELS: 'gpt, ', ...env });
          return [];
        } catch (error) {
          return (error as ConfigError).problems.map(({ name, message }) => `${name}: ${message}`);
        }
      };
      const round = (way: string) => `goes round (${way}): each would send the other what it can’t do itself`;
      expect(problems({})).toEqual([
        `parley.yaml, endpoint 1 (a), fallback 1: ${round('a → b → c → a')}`,
        'parley.yaml, endpoint 1 (a), fallback 2: is this endpoint itself: name a model of another one',
        'parley.yaml, endpoint 1 (a), fallback 3: names no endpoint that there is: there are openAI, demo, a, b, c, d',
        `parley.yaml, endpoint 2 (b), fallback 1: ${round('b → c → a → b')}`,
        'parley.yaml, endpoint 2 (b), fallback 3: names no model for chat that openAI has: it has gpt',
        'parley.yaml, endpoint 2 (b), fallback 4: names no endpoint that there is: there are openAI, demo, a, b, c, d',
        `parley.yaml, endpoint 3 (c), fallback 1: ${round('c → a → b → c')}`,
        'parley.yaml, endpoint 3 (c), fallback 2: names no model for chat that a has: it has m',
        'parley.yaml, endpoint 3 (c), fallback 3: names no model for chat that a has: it has m',
      ]);
      expect(problems({ DEMO: 'false' })).toContainEqual(
        'parley.yaml, endpoint 1 (a), fallback 4: names no endpoint that there is: there are openAI, a, b, c, d',
      );
      writeFileSync(file, text.replaceAll(/fallbacks: .*] }/g, 'fallbacks: [demo/demo] }'));
      expect(problems({})).toEqual([]);
    });

    it('is part of a test’s configuration too', () => {
      writeFileSync(file, one('apiKey: "${KEY}"'));
      expect(testConfig({ CONFIG_FILE: file, KEY: 'k' }).endpoints).toMatchObject([{ name: 'local', apiKey: 'k' }]);
      expect(() => testConfig({ CONFIG_FILE: file })).toThrow(ConfigError);
    });
  });
});
