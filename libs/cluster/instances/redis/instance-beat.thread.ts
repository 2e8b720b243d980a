import { parentPort, workerData } from 'node:worker_threads';
import { RedisClient } from '../../../redis/index.js';
import type { BeatData } from './instance-beat.js';
import { BEAT } from './instance-registry.scripts.js';

/** The thread of `InstanceBeat`. It is told a new entry, or null: stop. */
const { settings, keys, id, lifeMs, hungMs, pulse } = workerData as BeatData;
let { entry } = workerData as BeatData;
const redis = new RedisClient(settings);
const script = redis.script<null>(BEAT, 2);
let seen = Atomics.load(pulse, 0);
let seenAt = performance.now();
let under: Promise<unknown> = Promise.resolve();

function beat(): void {
  const now = Atomics.load(pulse, 0);
  if (now !== seen) seenAt = performance.now();
  seen = now;
  // Late is alive; who stands still for so long does not come back.
  if (performance.now() - seenAt > hungMs) return;
  // Where Redis is away the entry ends by itself, and is back with the first beat after.
  under = script.run(...keys, lifeMs, id, entry).catch(() => undefined);
}

async function stop(): Promise<void> {
  clearInterval(timer);
  // A beat that came after the leaving would enter it again.
  await under;
  await redis.close();
  parentPort?.close();
}

const timer = setInterval(beat, lifeMs * 0.3);
parentPort?.on('message', (message: string | null) => {
  if (message === null) void stop();
  else entry = message;
});
