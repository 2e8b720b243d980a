import { redisForTests } from '../../../redis/redis.testing.js';
import { signalsContract } from '../contract/signals.contract.js';
import { RedisSignals } from './signals.js';

const redis = redisForTests();
signalsContract(
  'redis',
  async () => {
    const first = await redis.open();
    const clients = [first, await redis.openBeside(first), await redis.openBeside(first)];
    let next = 0;
    const open = () => new RedisSignals(clients[next++ % clients.length]);
    const close = async () => void (await Promise.all(clients.map((client) => client.close())));
    return { signals: open(), another: open, close };
  },
  async () => {
    const client = await redis.openBroken();
    const signals = new RedisSignals(client);
    return { signals, another: () => signals, close: () => client.close() };
  },
);
