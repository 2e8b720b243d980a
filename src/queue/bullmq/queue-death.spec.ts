import { resolve } from 'node:path';
import { Child } from '../../../test/support/child.js';
import { eventually } from '../../../test/support/eventually.js';
import { redisForTests } from '../../../libs/redis/redis.testing.js';
import type { RedisClient } from '../../../libs/redis/index.js';
import { openBullmq, type OpenedBullmq } from './bullmq.testing.js';
import { prefixOf, type BullmqQueue } from './queue.js';
import { HeldWorker, job } from '../contract/queue.testing.js';

const CHILD = resolve(__dirname, 'child.testing.ts');

describe('BullmqQueue, when a process of another worker', () => {
  const redis = redisForTests();
  let client: RedisClient;
  let opened: OpenedBullmq;
  let queue: BullmqQueue;
  let keyPrefix: string;
  const children: Child[] = [];
  const workers: HeldWorker[] = [];

  beforeEach(async () => {
    client = await redis.open();
    keyPrefix = client.keyPrefix;
    opened = await openBullmq(client);
    ({ queue } = opened);
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    await opened.close();
    await client.close();
  });

  async function child(concurrency: number): Promise<Child> {
    const made = new Child(CHILD, (await redis.server()).uri, keyPrefix, `${concurrency}`);
    children.push(made);
    return made;
  }
  const work = (concurrency: number) => {
    const worker = new HeldWorker(queue, concurrency);
    workers.push(worker);
    return worker;
  };

  it('is killed, its jobs go to others, ahead of all', async () => {
    const dying = await child(2);
    for (const id of ['a1', 'b1', 'a2']) await queue.add(job(id));
    await eventually(() => dying.lines.length === 2);
    expect([...dying.lines].sort()).toEqual(['start a1', 'start b1']);
    await dying.kill();
    const other = work(1);
    await other.hasStarted(1);
    expect(other.started).toEqual(['a2']);
    await eventually(async () => (await queue.stats()).waiting === 2, 30_000);
    await queue.add(job('c1'));
    await other.endAll(4);
    expect(other.started.slice(1, 3).sort()).toEqual(['a1', 'b1']);
    expect(other.started[3]).toBe('c1');
  }, 60_000);

  it('is stopped for long and goes on, it does no harm to who has its job by now', async () => {
    const stopped = await child(1);
    await queue.add(job('a1'));
    await eventually(() => stopped.lines.includes('start a1'));
    stopped.signal('SIGSTOP');
    const other = work(1);
    await eventually(() => other.started.includes('a1'), 30_000);
    stopped.signal('SIGCONT');
    stopped.say('a1');
    await queue.add(job('b1'));
    await eventually(() => stopped.lines.includes('start b1'));
    expect(await queue.state('a1')).toBe('running');
    other.end('a1');
    await eventually(async () => (await queue.state('a1')) === 'absent');
    stopped.say('b1');
    await eventually(async () => (await queue.state('b1')) === 'absent');
    expect(other.started).toEqual(['a1']);
  }, 60_000);

  it('dies again and again, the job is never given up', async () => {
    await queue.add(job('a1'));
    const active = `${prefixOf(client)}:*:`;
    for (let death = 1; death <= 3; death++) {
      const dying = await child(1);
      await eventually(() => dying.lines.includes('start a1'));
      await dying.kill();
      // Its lock need not be waited for.
      await client.commands.del(`${active}a1:lock`);
    }
    const worker = work(1);
    await eventually(() => worker.started.includes('a1'), 30_000);
  }, 60_000);
});
