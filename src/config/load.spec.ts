import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { loadConfig } from './load.js';

describe('loadConfig', () => {
  let cwd: string;
  const load = (env: Record<string, string> = {}) => loadConfig(env, cwd);
  const inMemory = (env: Record<string, string> = {}) => load({ STORE: 'memory', ...env });

  function problems(env: Record<string, string>): ConfigError['problems'] {
    try {
      load(env);
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
    throw new Error('the configuration was taken');
  }

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  describe('where values come from', () => {
    it('has a default for everything', () => {
      const config = load();
      expect(config).toMatchObject({ PORT: 3080, HOST: '127.0.0.1', STORE: 'sqlite', SESSIONS: 'sqlite', DEMO: true });
      expect(config.REQUEST_BODY_LIMIT).toBe(10 * 1024 * 1024);
      expect(config.CORS_ORIGINS).toEqual([]);
      expect(config.CONFIG_FILE).toBeUndefined();
    });

    it('reads .env, and the environment wins over it', () => {
      writeFileSync(join(cwd, '.env'), '\ufeffPORT=4000\r\nHOST="0.0.0.0" # open\r\nSTORE=memory\r\n');
      const config = load({ PORT: '5000' });
      expect([config.PORT, config.HOST, config.STORE]).toEqual([5000, '0.0.0.0', 'memory']);
    });

    it('takes what is empty as not set', () => {
      writeFileSync(join(cwd, '.env'), 'PORT=4000\nHOST=\nOPENAI_API_KEY=\n');
      const config = inMemory({ PORT: '', OPENAI_BASE_URL: '  ' });
      expect([config.PORT, config.HOST]).toEqual([4000, '127.0.0.1']);
      expect(config.OPENAI_API_KEY).toBeUndefined();
      expect(config.OPENAI_BASE_URL).toBeUndefined();
    });

    it('says so where .env is there and can not be read', () => {
      mkdirSync(join(cwd, '.env'));
      expect(problems({})).toMatchObject([{ name: '.env' }]);
    });

    it('keeps sessions where accounts are, unless told otherwise', () => {
      expect(inMemory().SESSIONS).toBe('memory');
      expect(load({ SESSIONS: 'memory' })).toMatchObject({ STORE: 'sqlite', SESSIONS: 'memory' });
    });

    it('takes the YAML file that is named, or parley.yaml where it is there', () => {
      writeFileSync(join(cwd, 'other.yaml'), '');
      expect(inMemory({ CONFIG_FILE: 'other.yaml' }).CONFIG_FILE).toBe(join(cwd, 'other.yaml'));
      writeFileSync(join(cwd, 'parley.yaml'), '');
      expect(inMemory().CONFIG_FILE).toBe(join(cwd, 'parley.yaml'));
    });
  });

  describe('what is wrong', () => {
    it('reports everything at once: name, value, what would be right', () => {
      const found = problems({
        PORT: 'http',
        STORE: 'postgres',
        ALLOW_REGISTRATION: 'maybe',
        CONFIG_FILE: 'none.yaml',
      });
      expect(found).toEqual([
        { name: 'PORT', value: 'http', message: 'must be a whole number from 0 to 65535' },
        { name: 'ALLOW_REGISTRATION', value: 'maybe', message: 'must be true or false' },
        { name: 'STORE', value: 'postgres', message: 'must be memory or sqlite or mongo' },
        { name: 'CONFIG_FILE', value: 'none.yaml', message: 'must be a file: there is none at that place' },
      ]);
      expect(new ConfigError(found).message.split('\n')).toHaveLength(5);
    });

    it.each([
      ['OPENAI_BASE_URL', 'htp://user:pass-word@models.example/v1'],
      ['OPENAI_BASE_URL', 'htp://user:pass@wo/rd@models.example/v1'],
      ['CDN_URL', 'https://:pass-word@cdn.example.org'],
      ['PUBLIC_URL', 'https://user:pass-word@chat.example.org'],
      ['CORS_ORIGINS', 'https://a.example,https://user:pass-word@b.example'],
    ])('shows no password inside %s', (name, value) => {
      const { message } = new ConfigError([{ name, value, message: 'must be another' }]);
      expect(message).toContain('//…@');
      expect(message).not.toMatch(/pass|user/);
    });

    it('makes nothing where something is wrong', () => {
      problems({ PORT: 'x' });
      expect(readdirSync(cwd)).toEqual([]);
    });

    it.each([
      'JWT_SECRET',
      'JWT_SECRET_PREVIOUS',
      'SETUP_CODE',
      'HTTPS_PROXY',
      'MONGO_URI',
      'REDIS_URI',
      'MONGO_USERS_URI',
    ])('never shows the value of %s', (name) => {
      const [problem] = problems({ [name]: 'hunter2' });
      expect(problem).toMatchObject({ name, hidden: true });
      expect(new ConfigError([problem]).message).not.toContain('hunter2');
    });

    it.each([
      ['PORT', '65536'],
      ['PORT', '-1'],
      ['PORT', '3080.5'],
      ['PORT', '0x10'],
      ['QUEUE_ATTEMPTS', '0'],
      ['REQUEST_BODY_LIMIT', 'ten'],
      ['REQUEST_BODY_LIMIT', '1b'],
      ['REQUEST_BODY_LIMIT', '2gb'],
      ['OPENAI_BASE_URL', 'localhost:11434'],
      ['OPENAI_BASE_URL', 'ftp://host/v1'],
      ['TRUST_PROXY', 'true'],
      ['TRUST_PROXY', '10.0.0.0/33'],
      ['TRUST_PROXY', '10.0.0.1/8/8'],
      ['CORS_ORIGINS', '*'],
      ['CDN_URL', 'cdn.example'],
      ['CDN_URL', 'https://cdn.example/?version=1'],
      ['CDN_URL', 'https://cdn.example/; script-src *'],
      ['CDN_URL', 'https://somebody@cdn.example'],
      ['CORS_ORIGINS', 'https://a.example/'],
      ['CORS_ORIGINS', 'https://a.example, b.example'],
      ['JWT_SECRET', 'x'.repeat(31)],
      ['CACHE', 'disk'],
    ])('refuses %s=%s', (name, value) => {
      expect(problems({ STORE: 'memory', [name]: value }).map((problem) => problem.name)).toEqual([name]);
    });

    it.each([
      ['PORT', '0', 0],
      ['PORT', ' 65535 ', 65_535],
      ['REQUEST_BODY_LIMIT', '1.5 MB', 1_572_864],
      ['REQUEST_BODY_LIMIT', '2048', 2048],
      ['TRUST_PROXY', '2', '2'],
      ['TRUST_PROXY', 'loopback, 10.0.0.0/8, ::1/128', 'loopback, 10.0.0.0/8, ::1/128'],
      ['CDN_URL', 'https://cdn.example/parley//', 'https://cdn.example/parley'],
      ['CORS_ORIGINS', 'https://a.example, http://b.example:81', ['https://a.example', 'http://b.example:81']],
      ['DEMO_TOKENS', '1', 1],
      ['ALLOW_REGISTRATION', 'no', false],
    ])('takes %s=%s', (name, value, parsed) => {
      expect(inMemory({ [name]: value })).toMatchObject({ [name]: parsed });
    });
  });

  describe('rules over several variables', () => {
    it('reads headers and shares as OpenTelemetry writes them', () => {
      const OTEL_EXPORTER_OTLP_HEADERS = 'authorization=Basic%20YTpi, x-scope = a=b';
      const config = load({ OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER_ARG: '.25' });
      expect(config.OTEL_EXPORTER_OTLP_HEADERS).toEqual({ authorization: 'Basic YTpi', 'x-scope': 'a=b' });
      expect(config.OTEL_TRACES_SAMPLER_ARG).toBe(0.25);
      for (const wrong of ['authorization', '=x', 'a=%', 'a=%0d%0ab', 'a b=c']) {
        const found = problems({ OTEL_EXPORTER_OTLP_HEADERS: wrong });
        expect(found).toMatchObject([{ name: 'OTEL_EXPORTER_OTLP_HEADERS', hidden: true }]);
      }
      for (const wrong of ['1.1', '-1', 'x', '.']) {
        expect(problems({ OTEL_TRACES_SAMPLER_ARG: wrong })).toMatchObject([{ name: 'OTEL_TRACES_SAMPLER_ARG' }]);
      }
    });

    it('refuses a list of models of a provider that is not set up', () => {
      expect(problems({ OPENAI_MODELS: 'a,b', ANTHROPIC_MODELS: 'c' }).map(({ name }) => name)).toEqual([
        'OPENAI_MODELS',
        'ANTHROPIC_MODELS',
      ]);
      const local = inMemory({ OPENAI_MODELS: 'a, b', OPENAI_BASE_URL: 'http://localhost:11434/v1' });
      expect(local.OPENAI_MODELS).toEqual(['a', 'b']);
    });

    it('refuses a server where nobody would answer', () => {
      expect(problems({ DEMO: 'false' })).toMatchObject([{ name: 'DEMO', value: 'false' }]);
      expect(inMemory({ DEMO: 'false', ANTHROPIC_API_KEY: 'k' }).DEMO).toBe(false);
      writeFileSync(join(cwd, 'parley.yaml'), 'endpoints: []');
      expect(problems({ DEMO: 'false' })).toMatchObject([{ name: 'DEMO' }]);
      writeFileSync(join(cwd, 'parley.yaml'), 'endpoints: [{ name: local, baseURL: "http://127.0.0.1:8000/v1" }]');
      expect(inMemory({ DEMO: 'false' }).DEMO).toBe(false);
    });
  });

  describe('where things are kept', () => {
    const secret = 's'.repeat(32);
    const cluster = { USE_REDIS: 'true', MONGO_URI: 'mongodb://a,b/chat', JWT_SECRET: secret };

    it('is one process with everything inside, unless told otherwise', () => {
      const inside = {
        CACHE: 'memory',
        RATE_LIMIT: 'memory',
        QUEUE: 'memory',
        EVENT_LOG: 'memory',
        REALTIME: 'memory',
      };
      expect(load()).toMatchObject({ STORE: 'sqlite', SESSIONS: 'sqlite', ...inside, INSTANCES: 1, isAlone: true });
    });

    it('is Redis with USE_REDIS, and MongoDB where it has an address', () => {
      const outside = { CACHE: 'redis', RATE_LIMIT: 'redis', QUEUE: 'redis', EVENT_LOG: 'redis', REALTIME: 'redis' };
      expect(load(cluster)).toMatchObject({ STORE: 'mongo', SESSIONS: 'redis', ...outside, isAlone: false });
      expect(load({ MONGO_URI: 'mongodb://a/chat' })).toMatchObject({
        STORE: 'mongo',
        SESSIONS: 'sqlite',
        QUEUE: 'memory',
      });
      expect(load({ USE_REDIS: 'true' })).toMatchObject({ STORE: 'sqlite', SESSIONS: 'redis', isAlone: true });
    });

    it('is what each variable says, over USE_REDIS', () => {
      const config = load({ ...cluster, CACHE: 'memory', SESSIONS: 'sqlite' });
      expect(config).toMatchObject({ CACHE: 'memory', SESSIONS: 'sqlite', QUEUE: 'redis', isAlone: true });
      expect(load({ QUEUE: 'redis' })).toMatchObject({ QUEUE: 'redis', EVENT_LOG: 'memory' });
    });

    it('takes a number of processes, or one for each core', () => {
      expect(load({ ...cluster, INSTANCES: '4' }).INSTANCES).toBe(4);
      expect(load({ ...cluster, INSTANCES: 'max' }).INSTANCES).toBe(availableParallelism());
      expect(problems({ INSTANCES: '0' })).toMatchObject([{ name: 'INSTANCES', value: '0' }]);
    });

    it('takes an address as the services print it', () => {
      const uri = 'mongodb+srv://u:p@a.example.org/chat?retryWrites=true&w=majority&appName=chat';
      expect(load({ ...cluster, MONGO_URI: uri }).MONGO_URI).toBe(uri);
    });

    it('refuses several processes with anything inside one of them, each by name, and without a shared secret', () => {
      const found = problems({ INSTANCES: '2', USE_REDIS: 'true', CACHE: 'memory', SESSIONS: 'sqlite' });
      expect(found).toMatchObject([
        { name: 'JWT_SECRET', message: expect.stringContaining('2 processes') },
        { name: 'STORE', value: 'sqlite', message: expect.stringContaining('must be mongo') },
        { name: 'SESSIONS', value: 'sqlite', message: expect.stringContaining('must be redis') },
        { name: 'CACHE', value: 'memory' },
        { name: 'FILES', value: 'disk', message: expect.stringContaining('must be mongo or s3') },
      ]);
      expect(problems({ ROLE: 'worker' }).map(({ name }) => name)).toEqual([
        ...['JWT_SECRET', 'STORE', 'SESSIONS', 'CACHE', 'RATE_LIMIT', 'QUEUE', 'EVENT_LOG', 'REALTIME', 'FILES'],
      ]);
      expect(load({ ...cluster, INSTANCES: '2', ROLE: 'web' })).toMatchObject({ INSTANCES: 2, ROLE: 'web' });
    });

    it('keeps the bytes of files beside everything else, or where it is told', () => {
      expect(load()).toMatchObject({ FILES: 'disk' });
      expect(load({ STORE: 'memory' })).toMatchObject({ FILES: 'memory' });
      expect(load(cluster)).toMatchObject({ FILES: 'mongo', isAlone: false });
      expect(load({ ...cluster, FILES: 's3', S3_BUCKET: 'files' })).toMatchObject({ FILES: 's3', isAlone: false });
      expect(load({ ...cluster, FILES: 'disk' })).toMatchObject({ isAlone: true });
      const several = { ...cluster, FILES: 'disk', INSTANCES: '2' };
      expect(problems(several)).toMatchObject([{ name: 'FILES', message: expect.stringContaining('FILES_SHARED') }]);
      expect(load({ ...several, FILES_SHARED: 'true' })).toMatchObject({ FILES: 'disk', isAlone: false });
    });

    it.each([
      [{ FILES: 'memory' }, 'FILES'],
      [{ STORE: 'memory', FILES: 'disk' }, 'FILES'],
      [{ FILES: 'mongo' }, 'MONGO_URI'],
      [{ FILES: 's3' }, 'S3_BUCKET'],
      [{ FILES: 's3', S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'a' }, 'S3_SECRET_ACCESS_KEY'],
      [{ FILES: 's3', S3_BUCKET: 'files', S3_SECRET_ACCESS_KEY: 'a' }, 'S3_ACCESS_KEY_ID'],
      [{ STORE: 'mongo' }, 'MONGO_URI'],
      [{ MONGO_URI: 'postgres://host/db' }, 'MONGO_URI'],
      [{ MONGO_USERS_URI: 'mongodb://a/users' }, 'MONGO_USERS_URI'],
      [{ ...cluster, REDIS_URI: 'localhost:6379' }, 'REDIS_URI'],
      [{ ...cluster, REDIS_CA: '/nowhere.pem' }, 'REDIS_CA'],
      [{ ...cluster, REDIS_KEY_PREFIX: '{x}' }, 'REDIS_KEY_PREFIX'],
      [{ MONGO_MIN_POOL_SIZE: '30', MONGO_MAX_POOL_SIZE: '20' }, 'MONGO_MIN_POOL_SIZE'],
      [{ ...cluster, MONGO_URI: 'mongodb://a/chat?w=1' }, 'MONGO_URI'],
      [{ ...cluster, MONGO_URI: 'mongodb://a/chat?retryWrites=true&readpreference=nearest' }, 'MONGO_URI'],
      [{ ...cluster, MONGO_USERS_URI: 'mongodb://a/users?journal=false' }, 'MONGO_USERS_URI'],
      [{ STORE: 'redis' }, 'STORE'],
    ])('refuses %o', (env: Record<string, string>, name) => {
      expect(problems(env).map((problem) => problem.name)).toEqual([name]);
    });
  });

  describe('JWT_SECRET', () => {
    const path = () => join(cwd, 'data', 'jwt-secret');

    it('is made once, and kept for its owner alone', () => {
      const first = load().JWT_SECRET;
      expect(first).toMatch(/^[\w-]{64}$/);
      expect(statSync(path()).mode & 0o777).toBe(0o600);
      expect(load().JWT_SECRET).toBe(first);
      expect(readdirSync(join(cwd, 'data'))).toEqual(['jwt-secret']);
    });

    it('is closed to others where a copy opened it', () => {
      load();
      execFileSync('chmod', ['644', path()]);
      load();
      expect(statSync(path()).mode & 0o777).toBe(0o600);
    });

    it('is the given one where one is given, and nothing is written', () => {
      expect(load({ JWT_SECRET: 's'.repeat(32) }).JWT_SECRET).toBe('s'.repeat(32));
      expect(existsSync(path())).toBe(false);
    });

    it('is new at each start, and not kept, where nothing else is kept', () => {
      expect(inMemory().JWT_SECRET).not.toBe(inMemory().JWT_SECRET);
      expect(readdirSync(cwd)).toEqual([]);
    });

    it('is not replaced where its file is damaged: that would end every session unasked', () => {
      load();
      writeFileSync(path(), '');
      expect(problems({})).toMatchObject([{ name: 'JWT_SECRET', message: expect.stringContaining(path()) }]);
      expect(readFileSync(path(), 'utf8')).toBe('');
    });

    it('says which folder can not be used', () => {
      writeFileSync(join(cwd, 'data'), 'a file');
      expect(problems({})).toMatchObject([{ name: 'DATA_DIR' }]);
    });
  });
});
