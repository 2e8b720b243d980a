import { createInterface } from 'node:readline';
import { RedisClient } from '../../../libs/redis/redis-client.js';
import { HeldWorker } from '../contract/queue.testing.js';
import { openBullmq } from './bullmq.testing.js';

/** A worker in a process of its own. Says `start <id>` of each job; ends the job whose id it is told. */
const [uri, keyPrefix, concurrency] = process.argv.slice(2);
void openBullmq(new RedisClient({ uri, keyPrefix })).then(({ queue }) => {
  const worker = new HeldWorker(queue, Number(concurrency));
  let told = 0;
  setInterval(() => {
    for (; told < worker.started.length; told++) process.stdout.write(`start ${worker.started[told]}\n`);
  }, 10);
  createInterface({ input: process.stdin }).on('line', (id) => worker.end(id));
});
