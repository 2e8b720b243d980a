import { testConfig } from '../config/config.testing.js';
import { ConfigError } from '../config/config-error.js';
import { doctorCommand, type DoctorSources } from './doctor-command.js';

const sources = (own: Partial<DoctorSources> = {}): DoctorSources => ({
  load: () => testConfig(),
  envFile: () => [],
  instances: async () => undefined,
  models: async () => [],
  ...own,
});

/** What it found, by check. */
async function examine(own: Partial<DoctorSources>) {
  const said: string[] = [];
  const io = { out: (line: string) => void said.push(line), err: (line: string) => void said.push(line) };
  const code = await doctorCommand(['--json'], sources(own), io);
  return {
    code,
    findings: JSON.parse(said.join('')).findings as Array<{ check: string; level: string; says: string }>,
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
