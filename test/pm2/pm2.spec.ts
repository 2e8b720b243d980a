import { Backends } from '../support/cluster.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { isAlive, Pm2 } from '../support/pm2.js';
import { build } from '../support/process.js';
import { Provider } from '../support/provider.js';
import { expectWhole, readAllPatiently, resets, slowly } from '../support/whole-answers.js';
import { askResumeStop, killUnderAnswers, logsAreSeen } from './duties.testing.js';

describe('two workers under PM2', () => {
  let provider: Provider;
  let backends: Backends;
  let pm2: Pm2;

  beforeAll(async () => {
    build();
    provider = await Provider.start();
    backends = await Backends.start();
  });
  afterAll(async () => {
    await backends?.stop();
    await provider?.stop();
  });
  const start = async (env: Record<string, string> = {}) =>
    (pm2 = await Pm2.start({
      ...backends.space(),
      ...provider.env,
      INSTANCES: '2',
      MESSAGE_USER_MAX: '0',
      CONCURRENT_MESSAGE_MAX: '0',
      API_MAX: '0',
      ...env,
    }));
  afterEach(async () => {
    await (pm2 as Pm2 | undefined)?.stop();
    pm2 = undefined as never;
    provider.calls.length = 0;
    provider.reply = undefined;
  });

  it('serve on one port: ask on one connection, resume on another, stop from a third; and log where PM2 shows it', async () => {
    await start({ LOG_LEVEL: 'info' });
    await askResumeStop(pm2, provider);
    await logsAreSeen(pm2);
  });

  it('kill -9 of a worker under 100 answers: each of its own starts over once, on the other', async () => {
    await start();
    await killUnderAnswers(pm2, provider, 100);
  });

  it('a worker that was paused for long writes nothing into what others took over', async () => {
    await start();
    const ada = await Person.join(pm2.url);
    provider.reply = (call) => slowly(call, 400);
    const answers = Array.from({ length: 20 }, (_, i) => readAllPatiently(ada, `question ${i}`));
    await provider.call(19);
    const [{ pid }] = await pm2.workers();
    process.kill(pid, 'SIGSTOP');
    await eventually(() => provider.calls.length > 22);
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    process.kill(pid, 'SIGCONT');
    for (const answer of await Promise.all(answers)) {
      expectWhole(answer);
      expect(resets(answer).length).toBeLessThanOrEqual(1);
    }
  });

  it('npm run reload touches nothing where the new configuration or build can’t start', async () => {
    await start();
    const before = (await pm2.workers()).map(({ pid }) => pid);
    expect(await pm2.safeReload({ LOGIN_MAX: 'many' })).not.toBe(0);
    expect(await pm2.safeReload({ REDIS_URI: 'redis://127.0.0.1:1' })).not.toBe(0);
    expect((await pm2.workers()).map(({ pid }) => pid)).toEqual(before);
    expect(before.every(isAlive)).toBe(true);
    expect((await fetch(`${pm2.url}/health/ready`)).status).toBe(200);
    expect(await pm2.output()).toContain('LOGIN_MAX');

    expect(await pm2.safeReload({ LOGIN_MAX: '77' })).toBe(0);
    const after = (await pm2.workers()).map(({ pid }) => pid);
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
  });

  it('are refused with anything inside one of them, each by name, and not started again and again', async () => {
    const started = Pm2.start({ ...provider.env, INSTANCES: '2', USE_REDIS: 'true', CACHE: 'memory' });
    const { message } = (await started.catch((error) => error)) as Error;
    expect(message).toContain('the processes were refused');
    for (const name of ['STORE', 'CACHE', 'FILES', 'JWT_SECRET'])
      expect(message).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(message).not.toContain('SESSIONS');
    expect(message.match(/has 4 problem/g)).toHaveLength(2);
  });
});
