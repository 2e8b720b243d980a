import { Queue } from 'bullmq';
import { eventually } from '../../../test/support/eventually.js';
import { redisForTests } from '../../../libs/redis/redis.testing.js';
import type { RedisClient } from '../../../libs/redis/index.js';
import { FormerQueues } from './former-queues.js';

describe('FormerQueues', () => {
  const redis = redisForTests();
  let client: RedisClient;
  let base: string;

  /** As builds of before left them: one job that waits, one that runs. */
  beforeEach(async () => {
    client = await redis.open();
    base = client.tagged('queue');
    for (const lane of ['*', 'local']) {
      const queue = new Queue(lane, { connection: client.commands, prefix: base });
      await queue.add('fair', { v: 1 }, { jobId: 'waits', priority: 1 });
      await client.commands.lpush(`${base}:${lane}:active`, 'runs');
      await client.commands.hset(`${base}:${lane}:runs`, 'name', 'fair');
      await client.commands.set(`${base}:${lane}:runs:lock`, 'token');
      await queue.close();
      await client.commands.sadd(`${base}-lanes`, lane);
      await client.commands.hset(`${base}-tags:${lane}`, 'top', 1);
      await client.commands.rpush(`${base}-arrivals:${lane}`, 'waits');
    }
    await client.commands.set(`${base.replace('queue', 'answers')}:*:id`, '1');
  });
  afterEach(() => client.close());
  const keys = () => client.commands.keys('*');

  it('stay while a build of before is up, and go when none is', async () => {
    const before = (await keys()).length;
    let areUsed = true;
    let looks = 0;
    const former = new FormerQueues(client, async () => {
      looks++;
      return areUsed;
    });
    former.watch(10);
    await eventually(() => looks > 5);
    expect(await keys()).toHaveLength(before);
    areUsed = false;
    await eventually(async () => (await keys()).length === 1);
    expect(await keys()).toEqual([`${base.replace('queue', 'answers')}:*:id`]);
    former.onModuleDestroy();
  });

  it('stay where nobody can tell who is up', async () => {
    const before = (await keys()).length;
    let looks = 0;
    const former = new FormerQueues(client, async () => {
      looks++;
      throw new Error('away');
    });
    former.watch(10);
    await eventually(() => looks > 5);
    expect(await keys()).toHaveLength(before);
    former.onModuleDestroy();
  });
});
