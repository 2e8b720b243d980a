import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { hasControl } from '../support/mongo/engine.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Provider } from '../support/provider.js';

/** What the log says of each, by the name that readiness gives it. */
const LOST = { redis: /Redis at 127\.0\.0\.1:\d+ does not answer/, mongo: /the database does not answer, trying on/ };
const BACK = { redis: /Redis at 127\.0\.0\.1:\d+ answers again/, mongo: /the database answers/ };
type Store = keyof typeof LOST;

const cases: Store[][] = hasControl() ? [['redis'], ['mongo'], ['mongo', 'redis']] : [['redis']];

/** A real process, with backends of its own of which some were away when it booted. */
interface Booted {
  server: Server;
  comeBack(): Promise<unknown>;
}

describe('a worker that boots while a store is away', () => {
  let provider: Provider;
  let folder: string;
  const booting: Array<Promise<Booted>> = [];
  const first = new Map<Store[], Promise<Booted>>();
  const leftovers: Array<() => Promise<unknown>> = [];

  beforeAll(async () => {
    build();
    folder = mkdtempSync(join(tmpdir(), 'parley-boot-'));
    provider = await Provider.start();
    provider.reply = (call) => call.say('it works').finish();
    // Side by side: most of it is waiting.
    for (const away of cases) first.set(away, begin(away));
  });
  afterAll(async () => {
    await Promise.allSettled(booting);
    for (const end of leftovers.reverse()) await end();
    await provider?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One that fails is told of in its own test. */
  function begin(away: Store[]): Promise<Booted> {
    const booted = boot(away);
    booted.catch(() => undefined);
    booting.push(booted);
    return booted;
  }

  async function boot(away: Store[]): Promise<Booted> {
    const backends = await Backends.start();
    leftovers.push(() => backends.stop());
    const { redis, mongo } = backends;
    await Promise.all(away.map((store) => (store === 'redis' ? redis.kill() : mongo.control!.killAll())));
    const env = { ...backends.space(), ...provider.env, DATA_DIR: folder, LOG_LEVEL: 'info' };
    const server = await Server.start(env);
    leftovers.push(() => server.end('SIGKILL'));
    const back = (store: Store) => (store === 'redis' ? redis.restart() : mongo.control!.restart());
    return { server, comeBack: () => Promise.all(away.map(back)) };
  }

  async function json(url: string): Promise<{ status: number; body: any }> {
    const response = await fetch(url);
    return { status: response.status, body: await response.json() };
  }

  it.each(cases.map((away) => ({ away })))('$away: lives, is not ready, then serves', async ({ away }) => {
    // Another try needs another process.
    const booted = first.get(away) ?? begin(away);
    first.delete(away);
    const { server, comeBack } = await booted;
    const { url, child } = server;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await json(`${url}/health`)).body).toMatchObject({ status: 'degraded', pid: child.pid });

    // It names what is away, and nothing else.
    const { status, body } = await json(`${url}/health/ready`);
    expect([status, body.code, body.detail]).toEqual([503, 'dependency_down', expect.stringMatching(/^Not ready: /)]);
    expect(body.detail.match(/redis|mongo/g).sort()).toEqual(away);
    const down = Object.entries<any>(body.checks).filter(([, check]) => check.status !== 'up');
    expect(down.map(([name]) => name).sort()).toEqual(away);
    const account = { email: 'ada@example.org', password: 'correct horse battery' };
    const refused = await fetch(`${url}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    expect([refused.status, ((await refused.json()) as any).code]).toEqual([503, 'dependency_down']);
    await eventually(() => away.every((store) => LOST[store].test(server.output)));

    await comeBack();
    await eventually(async () => (await fetch(`${url}/health/ready`)).status === 200);
    const ada = await Person.join(url);
    expect((await ada.askAll('Hi')).at(-1)).toMatchObject({ event: 'final', data: { message: { text: 'it works' } } });
    // The same process, which has told of it, and without a stack.
    expect([child.exitCode, (await json(`${url}/health`)).body.pid]).toEqual([null, child.pid]);
    await eventually(() => away.every((store) => BACK[store].test(server.output)));
    expect(server.output).not.toMatch(/\n\s+at |\\n\s+at /);
    expect(await server.end()).toBe(0);
  });
});
