import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from '../../test/support/certificate.js';
import { eventually } from '../../test/support/eventually.js';
import { freePort, RedisServer } from '../../test/support/redis.js';
import { RedisClient, type RedisClientOptions } from './redis-client.js';

describe('RedisClient over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tls-'));
  const { certificate, key } = makeCertificate();
  let server: RedisServer;
  let uri: string;

  beforeAll(async () => {
    writeFileSync(join(folder, 'cert.pem'), certificate);
    writeFileSync(join(folder, 'key.pem'), key);
    const port = await freePort();
    const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')];
    server = await RedisServer.start({ args: ['--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no'] });
    uri = `rediss://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const use = async (options: Partial<RedisClientOptions>, work: (client: RedisClient) => Promise<void>) => {
    const client = new RedisClient({ uri, ...options });
    try {
      await work(client);
    } finally {
      await client.close();
    }
  };

  it.each(['its text', 'its file'])('trusts the authority given by %s', async (form) => {
    const ca = form === 'its text' ? certificate : join(folder, 'cert.pem');
    await use({ ca }, async (client) => {
      void client.subscriber;
      await client.ready();
      await Promise.all(Array.from({ length: 100 }, (_, i) => client.commands.set(`key ${i}`, 'x'.repeat(1000))));
      expect(await client.commands.get('key 99')).toHaveLength(1000);
    });
  });

  it('trusts no other one', async () => {
    const said: unknown[] = [];
    const log = { info: () => {}, warn: (_: string, cause: unknown) => said.push(cause) };
    await use({ log }, async (client) => {
      await eventually(() => said.length > 0);
      expect(String(said[0])).toMatch(/self.signed/);
      await expect(client.ready(100)).rejects.toMatchObject({ code: 'dependency_down' });
    });
  });
});
