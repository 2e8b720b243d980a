import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Redis } from 'ioredis';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { Reading } from '../support/reading.js';

/** Locks of the queue run out after 10 s, and it takes two looks. */
const NOTICED_MS = 60_000;

describe('a process whose event loop is blocked under an answer', () => {
  let provider: Provider;
  let backends: Backends;
  let folder: string;
  let redis: Redis;
  const servers: Server[] = [];

  beforeEach(async () => {
    build();
    provider = await Provider.start();
    backends = await Backends.start();
    redis = new Redis(backends.redis.uri);
    folder = mkdtempSync(join(tmpdir(), 'parley-blocked-'));
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.end('SIGKILL')));
    redis?.disconnect();
    await backends?.stop();
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Two workers, and an answer that the first one writes. `release` ends its block, once it is asked to begin one. */
  async function begin() {
    const release = join(folder, 'release');
    const env = { ...backends.space(), ...provider.env, DATA_DIR: folder, TITLES: 'words' };
    const start = async (more: Record<string, string> = {}) => {
      const server = await Server.start({ ...env, ...more });
      servers.push(server);
      await eventually(async () => (await fetch(`${server.url}/health/ready`)).status === 200);
      return server;
    };
    const hook = { NODE_OPTIONS: `--require=${resolve(__dirname, '../support/block-loop.cjs')}`, BLOCK_UNTIL: release };
    const [web, blocked] = await Promise.all([start({ ROLE: 'web' }), start({ ROLE: 'worker', ...hook })]);
    const ada = await Person.join(web.url);
    const reading = new Reading(ada, await ada.ask('Hi'));
    const call = await provider.call(0);
    call.say('half ');
    await eventually(() => reading.text === 'half ');
    // Only now: it is certain who writes.
    await start({ ROLE: 'worker' });
    return { blocked, reading, call, release: () => writeFileSync(release, '') };
  }

  /** Another worker was given the job, found it busy, and put it back. */
  async function wasPutBack(): Promise<boolean> {
    const [queue] = await redis.keys('*:delayed');
    return queue !== undefined && (await redis.zcard(queue)) > 0;
  }

  it('keeps it, however late it is; the model is asked once', async () => {
    const { blocked, reading, call, release } = await begin();
    blocked.child.kill('SIGUSR2');
    await eventually(async () => provider.calls.length > 1 || (await wasPutBack()), NOTICED_MS);
    expect(provider.calls).toHaveLength(1);
    release();
    call.say('and whole').finish();
    expect(await reading.ended()).toMatchObject({ event: 'final', data: { message: { text: 'half and whole' } } });
    expect(reading.count('reset')).toBe(0);
    expect(provider.calls).toHaveLength(1);
  });
});
