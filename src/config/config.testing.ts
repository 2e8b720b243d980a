import { Config } from './config.js';
import { ConfigError } from './config-error.js';
import { readEndpointsFile } from './endpoints-file.js';
import { place } from './placement.js';
import { schema } from './schema.js';

/** A configuration as the product would parse it from `env` alone; everything in memory unless `env` says otherwise. */
export function testConfig(env: Record<string, string> = {}): Config {
  const values = schema.parse({ STORE: 'memory', LOG_LEVEL: 'silent', PORT: '0', ...env });
  const { endpoints, problems } = readEndpointsFile(values.CONFIG_FILE, env);
  if (problems.length > 0) throw new ConfigError(problems);
  return new Config({
    ...values,
    ...place(values),
    JWT_SECRET: values.JWT_SECRET ?? 'a-secret-that-only-tests-know-0123456789',
    endpoints,
  });
}
