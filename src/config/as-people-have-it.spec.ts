import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { envFileWarnings } from './env-file-check.js';
import { loadConfig } from './load.js';

/** What comes with values that were copied from pages and chats, mounted as secrets, or handed on by other tools. */
describe('a configuration as people have it', () => {
  let cwd: string;
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-as-people-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const load = (env: Record<string, string>) => loadConfig({ STORE: 'memory', ...env }, cwd);
  const loadFile = (text: string) => {
    writeFileSync(join(cwd, '.env'), text);
    return load({});
  };
  const problems = (env: Record<string, string>) => {
    try {
      load(env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    return [];
  };

  describe('values', () => {
    it.each([
      ['a line break, as in a mounted secret (env/key-newline, extra/key-newline-models)', 'sk-abc\n'],
      ['the line end of Windows (env/key-cr)', 'sk-abc\r'],
      ['quotes that nobody took off (env/key-quotes)', '"sk-abc"'],
      ['such quotes, and blanks', " 'sk-abc ' "],
      ['a no-break blank (env/nbsp)', 'sk-abc\u00a0'],
      ['a zero-width blank before it (env/zero-width)', '\u200bsk-abc'],
      ['a byte order mark', '\ufeffsk-abc'],
      ['a word joiner', 'sk-abc\u2060'],
      ['a mark of direction', '\u200esk-abc\u200f'],
    ])('come without %s', (_name, key) => {
      expect(load({ OPENAI_API_KEY: key, OPENAI_MODELS: 'm' }).OPENAI_API_KEY).toBe('sk-abc');
      writeFileSync(
        join(cwd, 'parley.yaml'),
        'endpoints: [{ name: local, baseURL: "http://h/v1", apiKey: "${LOCAL_KEY}" }]',
      );
      expect(load({ LOCAL_KEY: key }).endpoints[0].apiKey).toBe('sk-abc');
    });

    it('come so from .env and from YAML too, where quotes within quotes were meant', () => {
      expect(loadFile('OPENAI_API_KEY=sk-abc\u00a0\r\nANTHROPIC_API_KEY=\u200bsk-def\n')).toMatchObject({
        OPENAI_API_KEY: 'sk-abc',
        ANTHROPIC_API_KEY: 'sk-def',
      });
      expect(loadFile(`DEMO_TEXT='"so he said"'`).DEMO_TEXT).toBe('"so he said"');
      writeFileSync(
        join(cwd, 'parley.yaml'),
        'endpoints: [{ name: local, baseURL: "http://h/v1\u200b", apiKey: "sk-abc\u00a0" }]',
      );
      expect(load({}).endpoints).toMatchObject([{ baseURL: 'http://h/v1', apiKey: 'sk-abc' }]);
    });

    it.each(['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'MONGO_URI', 'SETUP_CODE', 'OPENAI_MODELS', 'HOST'])(
      'with something within that can not be seen are refused by name: %s',
      (name) => {
        for (const unseen of ['\n', '\u200b', '\u00a0', '\t', '\u200e', '\u00ad', '\u2028', '\u3000']) {
          const value = `http://ab${unseen}cdefgh/v1`;
          expect(problems({ OPENAI_API_KEY: 'k', [name]: value })).toEqual([
            { name, hidden: true, message: expect.stringContaining('can not be seen') },
          ]);
        }
      },
    );

    it('with something unseen in a model’s name are refused in YAML too', () => {
      for (const name of ['gpt\u200b-4', 'na\u00a0me']) {
        const text = `endpoints: [{ name: a, baseURL: "http://h/v1", models: ["${name}"] }]`;
        writeFileSync(join(cwd, 'parley.yaml'), text);
        expect(problems({})).toMatchObject([{ message: expect.stringContaining('can not be seen') }]);
      }
    });

    it('of keys are what may stand in a header', () => {
      expect(problems({ OPENAI_API_KEY: 'sk-аbс' })).toMatchObject([{ name: 'OPENAI_API_KEY', hidden: true }]);
      expect(problems({ ANTHROPIC_API_KEY: 'user_provided' })).toMatchObject([{ name: 'ANTHROPIC_API_KEY' }]);
    });

    it('that sign what people hold stay as they were: nobody is logged out by an update', () => {
      const secret = `"${'s'.repeat(32)}"\n`;
      expect(load({ JWT_SECRET: secret }).JWT_SECRET).toBe(secret);
    });
  });

  describe('proxies', () => {
    it('are taken in small letters too, and those in capitals win (endpoints/proxy-lower, endpoints/no-proxy-lower)', () => {
      const small = { https_proxy: 'http://a:1', http_proxy: 'proxy.example:3128', no_proxy: '10.0.0.0/8' };
      expect(load(small)).toMatchObject({
        HTTPS_PROXY: 'http://a:1',
        HTTP_PROXY: 'http://proxy.example:3128',
        NO_PROXY: '10.0.0.0/8',
      });
      expect(load({ ...small, HTTPS_PROXY: 'http://b:2' }).HTTPS_PROXY).toBe('http://b:2');
      expect(loadFile('https_proxy=http://c:3\n').HTTPS_PROXY).toBe('http://c:3');
    });

    it('of the system that are none we can go through are left alone and told, those of our own names refused', () => {
      const env = { https_proxy: 'socks5h://a:1', no_proxy: 'a.example\tb.example\nc.example' };
      expect(load(env).HTTPS_PROXY).toBeUndefined();
      expect(envFileWarnings(env, cwd)).toEqual([expect.stringMatching(/^https_proxy is not used: /)]);
      expect(problems({ HTTPS_PROXY: 'socks5h://a:1' })).toMatchObject([{ name: 'HTTPS_PROXY' }]);
    });
  });

  describe('addresses of providers', () => {
    it.each([
      ['OPENAI_BASE_URL', 'https://h/v1/chat/completions', 'https://h/v1'],
      ['OPENAI_BASE_URL', 'https://h/v1/chat/completions/', 'https://h/v1'],
      ['OPENAI_BASE_URL', 'https://h/v1/completions', 'https://h/v1'],
      ['OPENAI_BASE_URL', 'https://h/v1/responses', 'https://h/v1'],
      ['OPENAI_BASE_URL', 'https://h/openai/chat/completions?api-version=1', 'https://h/openai?api-version=1'],
      ['OPENAI_BASE_URL', 'https://h/chat/completions', 'https://h'],
      ['OPENAI_BASE_URL', 'https://h/models', 'https://h/models'],
      ['OPENAI_BASE_URL', 'https://h/v1', 'https://h/v1'],
      ['ANTHROPIC_BASE_URL', 'https://x/v1/messages', 'https://x/v1'],
      ['ANTHROPIC_BASE_URL', 'https://h', 'https://h/v1'],
      ['ANTHROPIC_BASE_URL', 'https://h/', 'https://h/v1'],
      ['ANTHROPIC_BASE_URL', 'https://h/anthropic', 'https://h/anthropic'],
    ])('%s=%s is %s (env/url-whole, env/anthropic-whole)', (name, given, taken) => {
      expect(load({ [name]: given })).toMatchObject({ [name]: taken });
    });

    it('are mended in YAML as well', () => {
      const text = 'endpoints: [{ name: a, baseURL: "http://h/v1/chat/completions" }]';
      writeFileSync(join(cwd, 'parley.yaml'), text);
      expect(load({}).endpoints).toMatchObject([{ baseURL: 'http://h/v1' }]);
    });
  });

  it('may use merge keys in YAML (env/yaml-merge)', () => {
    const text = `
endpoints:
  - &base { name: one, baseURL: "http://h/v1", apiKey: k, maxConcurrent: 2 }
  - { <<: *base, name: two, maxConcurrent: 3 }
`;
    writeFileSync(join(cwd, 'parley.yaml'), text);
    expect(load({}).endpoints).toMatchObject([
      { name: 'one', apiKey: 'k', maxConcurrent: 2 },
      { name: 'two', apiKey: 'k', maxConcurrent: 3, baseURL: 'http://h/v1' },
    ]);
    const apart = 'x-base: &base { apiKey: k }\nendpoints: [{ <<: *base, name: a, baseURL: "http://h/v1" }]';
    writeFileSync(join(cwd, 'parley.yaml'), apart);
    expect(load({}).endpoints).toMatchObject([{ name: 'a', apiKey: 'k' }]);
  });

  describe('paths', () => {
    it('begin at the home folder with ~ (data/dir-tilde)', () => {
      expect(load({ DATA_DIR: '~/parley-data' }).DATA_DIR).toBe(join(homedir(), 'parley-data'));
      expect(load({ DATA_DIR: '~' }).DATA_DIR).toBe(homedir());
      expect(load({ DATA_DIR: 'a~b' }).DATA_DIR).toBe(join(cwd, 'a~b'));
      expect(problems({ DATA_DIR: '~ada/data' })).toMatchObject([{ name: 'DATA_DIR' }]);
    });

    it('are refused where ~ was a folder’s name before: its accounts would seem to be gone', () => {
      mkdirSync(join(cwd, '~', 'parley-data'), { recursive: true });
      expect(problems({ DATA_DIR: '~/parley-data' })).toMatchObject([
        { name: 'DATA_DIR', message: expect.stringContaining(join(cwd, '~', 'parley-data')) },
      ]);
      expect(load({ DATA_DIR: './~/parley-data' }).DATA_DIR).toBe(join(cwd, '~', 'parley-data'));
    });
  });

  describe('what looks like a mistake in .env', () => {
    const warnings = (text: string) => {
      writeFileSync(join(cwd, '.env'), text);
      return envFileWarnings({}, cwd);
    };

    it('is a # within a value without quotes (env/hash-unquoted)', () => {
      expect(warnings('OPENAI_API_KEY=sk-ab#cd\nANTHROPIC_API_KEY="sk-ab#cd"\nHOST=::1 # here\nPORT=1\n#a#b')).toEqual([
        expect.stringMatching(/^\.env, line 1: the value of OPENAI_API_KEY ends before its #/),
      ]);
      expect(warnings('SETUP_CODE=#1secret\nOPENAI_API_KEY=a#bc\nPORT= # the usual one')).toEqual([
        expect.stringContaining('line 1: the value of SETUP_CODE ends'),
        expect.stringContaining('line 2: the value of OPENAI_API_KEY ends'),
      ]);
    });

    it.each([
      ['OPENAI_REVERSE_PROXY', 'OPENAI_BASE_URL'],
      ['ENDPOINTS', 'parley.yaml'],
      ['APP_TITLE', 'can not be changed'],
      ['PROXY', 'HTTPS_PROXY'],
      ['DOMAIN_SERVER', 'PUBLIC_URL'],
      ['WEBUI_URL', 'PUBLIC_URL'],
      ['WEBUI_SECRET_KEY', 'JWT_SECRET'],
      ['OPENAI_API_BASE_URL', 'OPENAI_BASE_URL'],
      ['OLLAMA_BASE_URL', '/v1'],
    ])('is %s, of another product: it is told what that is here (env/librechat-env)', (name, here) => {
      const [warning, ...others] = warnings(`${name}=hush`);
      expect(warning).toMatch(/^\.env, line 1: \w+ is (LibreChat|Open WebUI)’s: /);
      expect(warning).toContain(here);
      expect([warning, others].join()).not.toContain('hush');
      expect(others).toEqual([]);
    });

    it('is such a name in the environment too, where no other program has it', () => {
      const env = { OPENAI_REVERSE_PROXY: 'hush', PROXY: 'hush', HOME: '/root' };
      expect(envFileWarnings(env, cwd)).toEqual([expect.stringMatching(/^OPENAI_REVERSE_PROXY is LibreChat’s: /)]);
    });
  });
});
