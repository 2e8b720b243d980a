import { z } from 'zod';
import {
  anthropicUrl,
  baseUrl,
  bytes,
  flag,
  headerValue,
  hosts,
  integer,
  list,
  oneOf,
  origin,
  origins,
  pairs,
  path,
  providerUrl,
  proxies,
  proxyUrl,
  secret,
  share,
  url,
} from './values.js';

const seconds = (min: number, max = 86_400) => integer(min, max);
const memoryOrRedis = oneOf('memory', 'redis');

/** Where `secret` is set, the value is never shown. `section` groups the generated tables. */
export interface Meta extends Record<string, unknown> {
  section: string;
  description: string;
  secret?: true;
}
const about = (section: string, description: string, more: { secret?: true } = {}): Meta => ({
  section,
  description,
  ...more,
});

const server = 'Server';
const accounts = 'Accounts';
const stores = 'Stores';
const redis = 'Redis';
const mongo = 'MongoDB (a replica set)';
const processes = 'Processes';
const queue = 'Queue';
const limits = 'Limits (0 turns one off)';
const models = 'Models';
const streams = 'Requests and streams';
const files = 'Files';
const page = 'Web client';
const traces = 'Traces (OpenTelemetry’s own names)';

/**
 * Every variable the product reads. `.env.example` and `docs/configuration.md` are generated from this (npm run docs:config).
 * A default is written as an operator would write it.
 */
export const schema = z.object({
  PORT: integer(0, 65_535).prefault('3080').meta(about(server, 'Port to listen on; 0 takes a free one')),
  HOST: z
    .string()
    .min(1)
    .prefault('127.0.0.1')
    .meta(about(server, 'Address to listen on; 0.0.0.0 opens it to the network')),
  TRUST_PROXY: proxies
    .optional()
    .meta(
      about(
        server,
        'Proxies whose X-Forwarded-For is believed: a number of hops, or addresses and networks with commas; unset: none',
      ),
    ),
  PUBLIC_URL: origin
    .optional()
    .meta(
      about(
        server,
        'Origin under which people open it, such as https://chat.example.org: its name is answered to, its pages are our own, and the first account needs the setup code',
      ),
    ),
  ALLOWED_HOSTS: hosts
    .optional()
    .meta(
      about(
        server,
        'Names that are answered to besides those of this machine and of PUBLIC_URL, with commas; * for any; unset: none, but any where PUBLIC_URL is unset too and HOST or TRUST_PROXY lets others in',
      ),
    ),
  CORS_ORIGINS: origins
    .prefault('')
    .meta(about(server, 'Origins of other sites whose pages may call the API, with commas')),
  DATA_DIR: path.prefault('./data').meta(about(server, 'Folder of the database and the generated secret')),
  METRICS_TOKEN: secret(16)
    .optional()
    .meta(about(server, 'Bearer token for GET /metrics; unset: there is no such page', { secret: true })),
  LOG_LEVEL: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')
    .prefault('info')
    .meta(about(server, 'Least level that is logged')),
  SHUTDOWN_GRACE_SECONDS: seconds(0, 3600)
    .prefault('30')
    .meta(about(server, 'How long running answers may go on when the process is told to stop')),

  JWT_SECRET: secret(32)
    .optional()
    .meta(
      about(
        accounts,
        'Signs access and refresh tokens; unset: made once and kept in DATA_DIR (with all in memory: new at each start)',
        { secret: true },
      ),
    ),
  JWT_SECRET_PREVIOUS: secret(32)
    .optional()
    .meta(about(accounts, 'The secret before, still accepted while you rotate', { secret: true })),
  ACCESS_TOKEN_MINUTES: integer(1, 1440).prefault('15').meta(about(accounts, 'Life of an access token')),
  SESSION_DAYS: integer(1, 3650).prefault('30').meta(about(accounts, 'Life of a session that is not used')),
  SESSION_MAX_DAYS: integer(1, 3650)
    .prefault('90')
    .meta(about(accounts, 'Longest life of a session, however much it is used')),
  ALLOW_REGISTRATION: flag.prefault('true').meta(about(accounts, 'Whether people may make accounts themselves')),
  API_KEYS: oneOf('true', 'admins', 'false')
    .prefault('true')
    .meta(
      about(
        accounts,
        'Who may make and use keys for programs: everybody, admins alone, or nobody; those that are there already rest',
      ),
    ),
  SETUP_CODE: secret(8)
    .optional()
    .meta(
      about(
        accounts,
        'Code for the very first account, wherever not only this machine may reach us; unset: one is derived and printed at boot',
        { secret: true },
      ),
    ),

  STORE: oneOf('memory', 'sqlite', 'mongo')
    .optional()
    .meta(about(stores, 'Accounts, conversations and messages; unset: sqlite, or mongo where MONGO_URI is set')),
  SESSIONS: oneOf('memory', 'sqlite', 'redis')
    .optional()
    .meta(about(stores, 'Sessions; unset: redis with USE_REDIS, else sqlite (memory where STORE is)')),
  CACHE: memoryOrRedis.optional().meta(about(stores, 'Cache of providers’ model lists; unset: by USE_REDIS')),
  RATE_LIMIT: memoryOrRedis.optional().meta(about(stores, 'Counters of the limits; unset: by USE_REDIS')),
  QUEUE: memoryOrRedis.optional().meta(about(stores, 'Waiting questions; unset: by USE_REDIS')),
  EVENT_LOG: memoryOrRedis.optional().meta(about(stores, 'Event logs of answers; unset: by USE_REDIS')),
  REALTIME: memoryOrRedis
    .optional()
    .meta(about(stores, 'Notices between processes, and to tabs and devices; unset: by USE_REDIS')),

  FILES: oneOf('memory', 'disk', 'mongo', 's3')
    .optional()
    .meta(
      about(
        stores,
        'Bytes of people’s files: disk is a folder in DATA_DIR, mongo GridFS; unset: disk, mongo where STORE=mongo, memory where STORE=memory',
      ),
    ),

  USE_REDIS: flag.prefault('false').meta(about(redis, 'Keep in Redis whatever the variables above do not place')),
  REDIS_URI: secret(8)
    .prefault('redis://127.0.0.1:6379')
    .meta(
      about(
        redis,
        'redis:// or rediss://[user:password@]host:port/db; redis+sentinel://host:port,host:port/master; of a cluster, several with commas',
        { secret: true },
      ),
    ),
  REDIS_KEY_PREFIX: z
    .string()
    .regex(/^[\w.:-]{1,100}$/, 'must be letters, digits and any of . : - _')
    .prefault('parley')
    .meta(about(redis, 'What all keys and channels begin with')),
  REDIS_MAX_LISTENERS: integer(0, 100_000)
    .prefault('100')
    .meta(about(redis, 'Listeners that an event of a connection may have before Node.js warns of a leak; 0: any')),
  REDIS_CA: path
    .optional()
    .meta(about(redis, 'For rediss://: file of the certificate authority, or its PEM; unset: those Node.js trusts')),

  MONGO_URI: secret(10)
    .optional()
    .meta(about(mongo, 'mongodb:// or mongodb+srv://; a replica set', { secret: true })),
  MONGO_USERS_URI: secret(10)
    .optional()
    .meta(about(mongo, 'Another database for the accounts; unset: the same', { secret: true })),
  MONGO_MAX_POOL_SIZE: integer(1, 10_000)
    .prefault('20')
    .meta(about(mongo, 'Most connections of one process to one server: with 4 processes 4 times as many')),
  MONGO_MIN_POOL_SIZE: integer(0, 10_000).prefault('2').meta(about(mongo, 'Connections that are kept open')),
  MONGO_MAX_CONNECTING: integer(1, 1000).prefault('4').meta(about(mongo, 'Connections that are opened at once')),
  MONGO_MAX_IDLE_TIME_MS: integer(0, 86_400_000)
    .prefault('60000')
    .meta(about(mongo, 'An idle connection above the least number is closed after so long; 0: never')),
  MONGO_WAIT_QUEUE_TIMEOUT_MS: integer(1, 600_000)
    .prefault('5000')
    .meta(about(mongo, 'Longest wait for a free connection; then 503 dependency_down')),
  MONGO_SEARCH_READ_PREFERENCE: oneOf('primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest')
    .prefault('secondaryPreferred')
    .meta(about(mongo, 'Which servers the search reads from')),
  MONGO_MESSAGE_PARTITION: oneOf('none', 'month')
    .prefault('none')
    .meta(about(mongo, 'month: a collection of messages for each month; to change it, run npm run migrate')),

  INSTANCES: z
    .union([z.literal('max'), integer(1, 1024)], 'must be a whole number from 1 to 1024, or max')
    .optional()
    .meta(
      about(
        processes,
        'Processes that PM2 runs, a number or max; unset: one, or all cores with both Redis and MongoDB',
      ),
    ),
  ROLE: oneOf('all', 'web', 'worker')
    .prefault('all')
    .meta(about(processes, 'web: serves people; worker: writes answers; all: both')),

  QUEUE_CONCURRENCY: integer(1, 100_000)
    .prefault('1000')
    .meta(about(queue, 'Answers written at once by one process, at most; while it is late it takes on fewer')),
  QUEUE_MAX_WAITING: integer(0, 10_000_000)
    .prefault('5000')
    .meta(about(queue, 'Questions that may wait, in all; more get 503 queue_full')),
  QUEUE_ATTEMPTS: integer(1, 20)
    .prefault('3')
    .meta(about(queue, 'How often a model is asked before an answer is given up')),
  QUEUE_BACKOFF_MS: integer(1, 60_000)
    .prefault('2000')
    .meta(about(queue, 'Wait before the second attempt; doubles with each further one')),

  MESSAGE_USER_MAX: integer(0, 1e9).prefault('100').meta(about(limits, 'Questions of one user')),
  MESSAGE_USER_WINDOW: integer(1, 525_600).prefault('1').meta(about(limits, '… in so many minutes')),
  MESSAGE_IP_MAX: integer(0, 1e9)
    .prefault('200')
    .meta(about(limits, 'Questions from one address without a valid session')),
  MESSAGE_IP_WINDOW: integer(1, 525_600).prefault('1').meta(about(limits, '… in so many minutes')),
  MESSAGE_IP_SCOPE: oneOf('anonymous', 'all')
    .prefault('anonymous')
    .meta(about(limits, 'all: count questions of signed-in users by address too')),
  LOGIN_MAX: integer(0, 1e9).prefault('50').meta(about(limits, 'Log-ins that failed from one address')),
  LOGIN_WINDOW: integer(1, 525_600).prefault('5').meta(about(limits, '… in so many minutes')),
  LOGIN_ACCOUNT_MAX: integer(0, 1e9)
    .prefault('10')
    .meta(
      about(
        limits,
        'Wrong passwords for one account from one address, in LOGIN_WINDOW; ten times as many from all together close it to addresses where it is not signed in',
      ),
    ),
  REGISTER_MAX: integer(0, 1e9).prefault('20').meta(about(limits, 'Registrations from one address')),
  REGISTER_WINDOW: integer(1, 525_600).prefault('60').meta(about(limits, '… in so many minutes')),
  API_MAX: integer(0, 1e9).prefault('1000').meta(about(limits, 'All other calls, by user, else by address')),
  API_WINDOW: integer(1, 525_600).prefault('1').meta(about(limits, '… in so many minutes')),
  TOKENS_USER_MAX: integer(0, 1e12).prefault('0').meta(about(limits, 'Tokens in and out of one user')),
  TOKENS_USER_WINDOW: integer(1, 525_600).prefault('1440').meta(about(limits, '… in so many minutes')),
  FILE_USER_MAX: integer(0, 1e9).prefault('100').meta(about(limits, 'Uploads of one user')),
  FILE_USER_WINDOW: integer(1, 525_600).prefault('10').meta(about(limits, '… in so many minutes')),
  CONCURRENT_MESSAGE_MAX: integer(0, 1e6)
    .prefault('10')
    .meta(about(limits, 'Answers of one user waiting or running at once')),
  PROGRAM_USER_MAX: integer(0, 1e9).prefault('1000').meta(about(limits, 'Calls of one user’s programs under /v1')),
  PROGRAM_USER_WINDOW: integer(1, 525_600).prefault('1').meta(about(limits, '… in so many minutes')),
  PROGRAM_CONCURRENT_MAX: integer(0, 1e6)
    .prefault('100')
    .meta(about(limits, 'Calls of one user’s programs waiting or running at once')),

  OPENAI_API_KEY: headerValue.optional().meta(about(models, 'Key of the endpoint openAI', { secret: true })),
  OPENAI_BASE_URL: providerUrl.optional().meta(about(models, 'Its address, up to and with /v1; unset: OpenAI’s own')),
  OPENAI_MODELS: list
    .optional()
    .meta(about(models, 'Models to offer, with commas, the first is the default; unset: the provider is asked')),
  ANTHROPIC_API_KEY: headerValue.optional().meta(about(models, 'Key of the endpoint anthropic', { secret: true })),
  ANTHROPIC_BASE_URL: anthropicUrl.optional().meta(about(models, 'Its address; unset: Anthropic’s own')),
  ANTHROPIC_MODELS: list
    .optional()
    .meta(about(models, 'Models to offer, with commas, the first is the default; unset: the provider is asked')),
  CONFIG_FILE: path
    .optional()
    .meta(about(models, 'YAML file with further OpenAI-compatible endpoints; unset: parley.yaml, if there is one')),
  MODEL_CONNECT_SECONDS: seconds(1).prefault('10').meta(about(models, 'Longest wait for a connection to a provider')),
  MODEL_FIRST_BYTE_SECONDS: seconds(1)
    .prefault('300')
    .meta(about(models, 'Longest wait for the first byte of an answer')),
  MODEL_IDLE_SECONDS: seconds(1)
    .prefault('120')
    .meta(about(models, 'Longest silence within an answer; any byte counts')),
  HTTPS_PROXY: proxyUrl.optional().meta(about(models, 'Proxy for calls to providers over https', { secret: true })),
  HTTP_PROXY: proxyUrl.optional().meta(about(models, 'Proxy for calls to providers over http', { secret: true })),
  NO_PROXY: z
    .string()
    .optional()
    .meta(about(models, 'Hosts, addresses and networks that are called without the proxy, with commas')),
  TITLES: oneOf('model', 'words')
    .prefault('words')
    .meta(about(models, 'Who titles a conversation: a small call to its model, or the first words of the question')),
  DEMO: flag.prefault('true').meta(about(models, 'Offer the built-in endpoint demo, which needs no provider')),
  DEMO_TEXT: z.string().min(1).optional().meta(about(models, 'What demo says; unset: a text about the question')),
  DEMO_TOKENS: integer(1, 1_000_000).optional().meta(about(models, 'How many tokens demo says; unset: its text once')),
  DEMO_TOKENS_PER_SECOND: integer(1, 100_000).prefault('50').meta(about(models, 'How fast')),

  REQUEST_BODY_LIMIT: bytes(1024, 1024 ** 3)
    .prefault('10mb')
    .meta(
      about(
        streams,
        'Largest body of a question, at most what `MESSAGE_MAX_CHARS` takes (6 bytes each, and 64 kB); other calls: 64 kB',
      ),
    ),
  MESSAGE_MAX_CHARS: integer(1, 10_000_000).prefault('100000').meta(about(streams, 'Longest question, in characters')),
  STREAM_RETENTION_SECONDS: integer(0, 2_592_000)
    .prefault('300')
    .meta(about(streams, 'How long the events of an ended answer can be read again')),

  FILE_MAX_SIZE: bytes(1024, 100 * 1024 ** 2)
    .prefault('25mb')
    .meta(about(files, 'Largest file that people may upload')),
  FILES_USER_QUOTA: bytes(1024, 1024 ** 4)
    .prefault('1gb')
    .meta(about(files, 'Files of one person together')),
  FILE_IMAGE_MAX_PIXELS: integer(1, 1_000_000_000)
    .prefault('40000000')
    .meta(about(files, 'Largest picture, in pixels; larger ones are refused before they are decoded')),
  FILES_SHARED: flag
    .prefault('false')
    .meta(about(files, 'With FILES=disk and several processes: DATA_DIR is one folder for all of them')),
  S3_BUCKET: z.string().min(1).optional().meta(about(files, 'With FILES=s3: the bucket, which must be there')),
  S3_REGION: z.string().min(1).prefault('us-east-1').meta(about(files, 'Its region')),
  S3_ENDPOINT: url.optional().meta(about(files, 'Address of another server than Amazon’s that speaks S3')),
  S3_ACCESS_KEY_ID: z
    .string()
    .min(1)
    .optional()
    .meta(about(files, 'Key; unset: as the AWS SDK finds one, such as from the machine’s role')),
  S3_SECRET_ACCESS_KEY: secret(1)
    .optional()
    .meta(about(files, 'Its secret part', { secret: true })),
  S3_FORCE_PATH_STYLE: flag
    .prefault('false')
    .meta(about(files, 'Name the bucket in the path instead of the host name, as many other servers want it')),

  CDN_URL: baseUrl
    .optional()
    .meta(about(page, 'Address of a CDN that fetches from this server; the page takes its assets from it')),
  STATIC_CACHE_MAX_AGE: seconds(0, 31_536_000)
    .prefault('31536000')
    .meta(about(page, 'How long browsers keep assets; their names change with their content')),
  STATIC_CACHE_S_MAX_AGE: seconds(0, 31_536_000)
    .optional()
    .meta(about(page, 'How long CDNs and proxies keep them; unset: as long as browsers')),

  OTEL_EXPORTER_OTLP_ENDPOINT: url
    .optional()
    .meta(
      about(traces, 'Collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; unset: nothing is traced'),
    ),
  OTEL_EXPORTER_OTLP_HEADERS: pairs
    .prefault('')
    .meta(about(traces, 'Headers for it: name=value, with commas, values percent-encoded', { secret: true })),
  OTEL_SERVICE_NAME: z.string().min(1).prefault('parley').meta(about(traces, 'What the spans are of')),
  OTEL_TRACES_SAMPLER: oneOf(
    'always_on',
    'always_off',
    'traceidratio',
    'parentbased_always_on',
    'parentbased_always_off',
    'parentbased_traceidratio',
  )
    .prefault('parentbased_always_on')
    .meta(about(traces, 'Which questions are traced; the same on all instances')),
  OTEL_TRACES_SAMPLER_ARG: share.prefault('1').meta(about(traces, 'With traceidratio: the share, from 0 to 1')),
});
