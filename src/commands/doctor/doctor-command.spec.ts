import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testConfig } from '../../config/config.testing.js';
import { ConfigError } from '../../config/config-error.js';
import type { Finding } from './findings/finding.js';
import { doctorCommand, type DoctorSources } from './doctor-command.js';

const sources = (own: Partial<DoctorSources> = {}): DoctorSources => ({
  load: () => testConfig(),
  envFile: () => [],
  instances: async () => undefined,
  models: async () => [],
  ...own,
});

/** What it found, by check. */
async function examine(own: Partial<DoctorSources>, args: string[] = []) {
  const said: string[] = [];
  const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
  const code = await doctorCommand(['--json', ...args], sources(own), io);
  return {
    code,
    findings: JSON.parse(said.join('')).findings as Finding[],
  };
}

it('names what looks like a mistake in .env, also where the configuration is refused', async () => {
  const envFile = () => ['.env, line 3: MONGO_URL is not known. Is MONGO_URI meant?'];
  const expected = expect.objectContaining({ check: 'config.file', level: 'warning', says: envFile()[0] });
  expect((await examine({ envFile })).findings).toContainEqual(expected);
  const load = () => {
    throw new ConfigError([{ name: 'MONGO_URI', message: 'must be set' }]);
  };
  const { code, findings } = await examine({ envFile, load });
  expect([code, findings]).toEqual([1, [expect.objectContaining({ check: 'config.MONGO_URI' }), expected]]);
});

it('says what to do where .env can not be read, which no variable in it mends', async () => {
  const load = () => {
    throw new ConfigError([{ name: '.env', message: "can't be read: EACCES" }]);
  };
  const { findings } = await examine({ load });
  expect(findings).toEqual([
    expect.objectContaining({ check: 'config..env', remedy: expect.stringContaining('chown') }),
  ]);
});

it('names the number of files that are needed where it says what to do', async () => {
  const { findings } = await examine({}, ['--streams', '9000000']);
  const { level, remedy } = findings.find(({ check }) => check === 'files.limit')!;
  expect([level, remedy]).toEqual([
    'problem',
    expect.stringMatching(/nofile to 900\d{4} or more: LimitNOFILE=900\d{4} /),
  ]);
});

it.each([
  ['unavailable', 'upstream.conf'],
  ['maintenance', 'rm /etc/nginx/parley/maintenance.on'],
])('knows nginx’ own refusal %s, and what ends it', async (code, remedy) => {
  const nginx = createServer((_, response) => response.writeHead(503).end(JSON.stringify({ status: 503, code })));
  await once(nginx.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = nginx.address() as AddressInfo;
    const { findings } = await examine({}, ['--url', `http://127.0.0.1:${port}`]);
    const reach = findings.find(({ check }) => check === 'front.reach');
    expect(reach).toMatchObject({ level: 'problem', remedy: expect.stringContaining(remedy) });
  } finally {
    nginx.close();
  }
});
