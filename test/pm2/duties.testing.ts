import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import type { Pm2 } from '../support/pm2.js';
import type { Provider } from '../support/provider.js';
import { eventsOf } from '../support/sse.js';
import { expectWhole, readAllPatiently, resets, slowly } from '../support/whole-answers.js';

const close = { connection: 'close' };

/** What people may do: each over another connection, so by whichever worker takes it. */
export async function askResumeStop(pm2: Pm2, provider: Provider): Promise<void> {
  // Ready is the product when the first of them is.
  await eventually(async () => (await pm2.workers()).length === 2);
  const ada = await Person.join(pm2.url);
  const stream = eventsOf(await ada.ask('Hi', 'openAI', close));
  const { messageId } = (await stream.next()).value!.data;
  const call = await provider.call(0);
  call.say('half');
  const other = eventsOf(
    await ada.call('GET', `/api/streams/${messageId}`, undefined, { ...close, 'last-event-id': '1-0' }),
  );
  expect((await other.next()).value).toMatchObject({ id: '1-1', data: { text: 'half' } });
  const stopped = await ada.call('POST', `/api/streams/${messageId}/stop`, {}, close);
  expect(await stopped.json()).toEqual({ stopped: true });
  await eventually(() => call.closed);
  expect((await other.next()).value).toMatchObject({ event: 'final', data: { message: { text: 'half' } } });
  // Both answer.
  const pids = new Set<number>();
  await eventually(async () => {
    pids.add(((await (await fetch(`${pm2.url}/health`, { headers: close })).json()) as any).pid);
    return pids.size === 2;
  });
}

/** kill -9 of a worker: each of its answers starts over once, on the other, and PM2 starts a new one. */
export async function killUnderAnswers(pm2: Pm2, provider: Provider, count: number): Promise<void> {
  const ada = await Person.join(pm2.url);
  const before = provider.calls.length;
  provider.reply = (call) => slowly(call, 300);
  const answers = Array.from({ length: count }, (_, i) => readAllPatiently(ada, `question ${i}`));
  await provider.call(before + count - 1);
  const [{ pid }] = await pm2.workers();
  process.kill(pid, 'SIGKILL');
  const done = await Promise.all(answers);
  provider.reply = undefined;
  for (const answer of done) {
    expectWhole(answer);
    expect(resets(answer).length).toBeLessThanOrEqual(1);
  }
  const reasons = done.flatMap((answer) => resets(answer).map(({ data }) => data.reason));
  expect(reasons.length).toBeGreaterThan(0);
  expect(new Set(reasons)).toEqual(new Set(['worker_lost']));
  await eventually(async () => (await pm2.workers()).length === 2);
}

/** With LOG_LEVEL=info: what is done now stands in the log of the processes, from each of them, and nowhere else. */
export async function logsAreSeen(pm2: Pm2): Promise<void> {
  const text = (file: string) => readFile(join(pm2.home, file), 'utf8').catch(() => '');
  const lines = async () => {
    const own = (await text('parley.log')).split('\n').filter((line) => line.startsWith('{'));
    return own.map((line) => JSON.parse(line) as { pid: number; msg: string; route?: string });
  };
  const askBoth = async () => {
    const pids = new Set<number>();
    await eventually(async () => {
      await fetch(`${pm2.url}/api/user`, { headers: close });
      for (const { pid, route } of await lines()) if (route === '/api/user') pids.add(pid);
      return (await pm2.workers()).every(({ pid }) => pids.has(pid));
    });
  };
  await askBoth();
  expect(await pm2.logs()).toContain('"route":"/api/user"');
  expect(await text('pm2.log')).not.toContain('"level"');
  // And after a rotation, in the new file.
  await rename(join(pm2.home, 'parley.log'), join(pm2.home, 'parley.log.aside'));
  await pm2.reloadLogs();
  await askBoth();
}
