import 'reflect-metadata';
import { dependencyDown } from '../../libs/errors/index.js';
import { EventLog } from '../../libs/event-log/index.js';
import { Leases } from '../../src/rate-limit/index.js';
import { BulkWriteBatcher, UpdateBatcher } from '../../libs/mongo/index.js';
import { Queue } from '../../src/queue/index.js';
import { Messages } from '../../src/chat/store/index.js';
import { Deadline } from '../../src/generation/answer/deadline.js';
import { IdempotencyKeys } from '../../src/generation/keys/idempotency-keys.js';
import { AnswerWorker } from '../../src/generation/run/answer-worker.service.js';
import { TestApp } from './app.js';

/**
 * The product as a process of its own (see `Child`), in which each question comes to a stop where its idempotency key
 * says: `after Messages.appendTurn 1 …` is after the first such call that has to do with it. Who kills the process then
 * has killed it at all those points at once. A key with `not in line` is refused by the queue.
 */
const keys = new Map<string, string>();
const calls = new Map<string, number>();

/** The key of the question that a call is about: by one of its three ids, anywhere among the arguments. */
function keyOf(args: unknown[]): string | undefined {
  const text = JSON.stringify(args);
  for (const [id, key] of keys) if (text.includes(id)) return key;
  return undefined;
}

async function comeTo(point: string, key: string): Promise<void> {
  if (!key.startsWith(point)) return;
  console.log(`stopped ${key}`);
  await new Promise(() => {});
}

function watch(target: any, name: string, methods: string[], find = keyOf): void {
  for (const method of methods) {
    const original = target[method];
    target[method] = async function (this: unknown, ...args: unknown[]) {
      const key = find(args);
      if (!key) return original.apply(this, args);
      const step = `${name}.${method}`;
      const count = (calls.get(`${key} ${step}`) ?? 0) + 1;
      calls.set(`${key} ${step}`, count);
      await comeTo(`before ${step} ${count} `, key);
      if (step === 'Queue.add' && key.includes('not in line')) throw dependencyDown('queue');
      const result = await original.apply(this, args);
      if (step === 'IdempotencyKeys.claim') Object.values(args[3] as object).forEach((id) => keys.set(id, key));
      await comeTo(`after ${step} ${count} `, key);
      return result;
    };
  }
}

async function run(): Promise<void> {
  // Who is stopped does not give up.
  Deadline.prototype.within = (work) => work;
  const app = await TestApp.start(JSON.parse(process.argv[2]));
  watch(app.get(IdempotencyKeys), 'IdempotencyKeys', ['claim', 'accept', 'free'], (args) => args[1] as string);
  watch(app.get(Leases), 'Leases', ['take', 'free']);
  watch(app.get(Messages), 'Messages', ['appendTurn', 'claim', 'branch', 'finish']);
  watch(app.get(EventLog), 'EventLog', ['open', 'append']);
  watch(app.get(Queue), 'Queue', ['add']);
  watch(app.get(AnswerWorker), 'AnswerWorker', ['work']);
  // Each question's own writes, though they may have left in one command with others'.
  watch(BulkWriteBatcher.prototype, 'BulkWriteBatcher', ['run'], ([, writes]) => keyOf([writes]));
  watch(UpdateBatcher.prototype, 'UpdateBatcher', ['run'], ([change]) => {
    const { filter, update } = change as { filter: unknown; update: unknown };
    return keyOf([filter, update]);
  });
  console.log(`listens ${app.url}`);
}

void run();
