import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { isAlive, Pm2 } from '../support/pm2.js';
import { build } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { eventsOf } from '../support/sse.js';
import { SteadyCalls } from '../support/steady-calls.js';
import { askResumeStop, killUnderAnswers, logsAreSeen } from './duties.testing.js';

/** The same duties as under `pm2 start`, on one set of processes, one after the other. */
describe('two workers under npm run start:cluster', () => {
  let provider: Provider;
  let backends: Backends;
  let pm2: Pm2;

  beforeAll(async () => {
    build();
    provider = await Provider.start();
    backends = await Backends.start();
    pm2 = await Pm2.start(
      {
        ...backends.space(),
        ...provider.env,
        ...{ INSTANCES: '2', LOG_LEVEL: 'info', SHUTDOWN_GRACE_SECONDS: '3', TITLES: 'words' },
        ...{ MESSAGE_USER_MAX: '0', CONCURRENT_MESSAGE_MAX: '0', API_MAX: '0' },
      },
      'start:cluster',
    );
  });
  afterAll(async () => {
    await (pm2 as Pm2 | undefined)?.stop();
    await backends?.stop();
    await provider?.stop();
  });

  it('serve on one port: ask on one connection, resume on another, stop from a third', async () => {
    await askResumeStop(pm2, provider);
  });

  it('log into PM2’s files, and to the terminal', async () => {
    await logsAreSeen(pm2);
    expect(await pm2.commandOutput()).toMatch(/^\{"level":30,.*"route":"\/api\/user"/m);
  });

  it('kill -9 of a worker under 40 answers: each of its own starts over once, on the other', async () => {
    await killUnderAnswers(pm2, provider, 40);
  });

  it('pm2 reload replaces both, and no call fails', async () => {
    const ada = await Person.join(pm2.url);
    const before = (await pm2.workers()).map(({ pid }) => pid);
    const statuses = new Set<number>();
    const load = new SteadyCalls(40, async () => void statuses.add((await ada.call('GET', '/api/user')).status), 20);
    try {
      await eventually(() => statuses.size > 0);
      expect(await pm2.reload()).toBe(0);
      await load.end();
    } finally {
      load.stop();
    }
    const after = (await pm2.workers()).map(({ pid }) => pid);
    expect([after.length, after.filter((pid) => before.includes(pid))]).toEqual([2, []]);
    expect([...statuses]).toEqual([200]);
  });

  it('SIGTERM ends all of them in order, an answer that outlasts the grace too', async () => {
    const ada = await Person.join(pm2.url);
    const pids = (await pm2.workers()).map(({ pid }) => pid);
    const asked = provider.calls.length;
    const stream = eventsOf(await ada.ask('long'));
    await stream.next();
    (await provider.call(asked)).say('half');
    expect((await stream.next()).value).toMatchObject({ data: { text: 'half' } });
    expect(await pm2.terminate()).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect((await pm2.output()).match(/stopping; once more to stop at once/g)!.length).toBeGreaterThanOrEqual(2);
  });
});

it('start:cluster refuses what can’t be: each process says so once, and then it ends', async () => {
  const env = { INSTANCES: '2', USE_REDIS: 'true', CACHE: 'memory' };
  const { message } = (await Pm2.start(env, 'start:cluster').catch((error) => error)) as Error;
  expect(message).toContain('the processes were refused');
  expect(new Set(message.match(/has \d problem/g))).toEqual(new Set(['has 4 problem']));
});
