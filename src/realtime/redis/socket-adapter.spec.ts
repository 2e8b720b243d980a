import { Logger } from '@nestjs/common';
import { RedisClient } from '../../../libs/redis/index.js';
import { redisForTests } from '../../../libs/redis/redis.testing.js';
import { eventually } from '../../../test/support/eventually.js';
import { RedisServer } from '../../../test/support/redis.js';
import { socketAdapterContract } from '../contract/socket-adapter.contract.js';
import { Instances } from '../contract/socket-instances.testing.js';
import { redisSocketAdapter } from './socket-adapter.js';

const redis = redisForTests();
const opened = (...clients: RedisClient[]) => ({
  adapters: clients.map(redisSocketAdapter),
  close: async () => void (await Promise.all(clients.map((client) => client.close()))),
});
socketAdapterContract(
  'redis',
  async () => {
    const first = await redis.open();
    return opened(first, await redis.openBeside(first));
  },
  async () => opened(await redis.openBroken()),
);

describe('redisSocketAdapter', () => {
  let server: RedisServer;
  let instances: Instances;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  afterEach(async () => {
    await instances.stop();
    await server.revive();
  });

  /** Two instances, and somebody on each. */
  async function two() {
    instances = await Instances.start(opened(...[1, 2].map(() => new RedisClient({ uri: server.uri }))));
    return [await instances.connect(0, 'ann'), await instances.connect(1, 'ann')];
  }
  const emit = (event: string) => instances.at(0).to('ann').emit(event);
  const has = (heard: unknown[][], event: string) => heard.some(([name]) => name === event);

  it('tells of an outage once; during it each instance has its own, after it all have all again', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const [here, there] = await two();
    await instances.connected(here.client, there.client);
    await server.kill();
    await eventually(() => {
      emit('during');
      return warn.mock.calls.length > 0;
    });
    for (let i = 0; i < 3; i++) emit('still');
    await eventually(() => has(here.heard, 'still'));
    expect(has(there.heard, 'still')).toBe(false);
    await server.restart();
    await instances.connected(here.client, there.client);
    emit('after');
    await eventually(() => has(there.heard, 'after'));
    expect(has(there.heard, 'still')).toBe(false);
    expect(warn.mock.calls).toHaveLength(1);
    warn.mockRestore();
  });

  it('begins where Redis is away, and carries as soon as it is there', async () => {
    await server.kill();
    const [here, there] = await two();
    emit('during');
    await eventually(() => has(here.heard, 'during'));
    await server.restart();
    await instances.connected(here.client, there.client);
    expect(has(there.heard, 'during')).toBe(false);
  });

  it('is closed without a rejection before it ever had its server', async () => {
    await server.kill();
    await two();
  });
});
