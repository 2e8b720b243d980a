import { isCode } from '../../libs/errors/index.js';
import { comparePositions, type EventLog, type LogEntry } from '../../libs/event-log/index.js';
import { eventually } from '../support/eventually.js';

/** The same call until it is answered, as those who write do. */
export async function repeated<T>(call: () => Promise<T>): Promise<T> {
  let result: { value: T } | undefined;
  await eventually(async () => {
    try {
      result = { value: await call() };
      return true;
    } catch (error) {
      if (!isCode(error, 'dependency_down')) throw error;
      return false;
    }
  });
  return result!.value;
}

/** A reader as the product has it: notices while they follow on, the log itself after an interruption or a hole. */
export async function follow(log: EventLog, key: string): Promise<{ entries: LogEntry[]; interruptions: number }> {
  const seen = { entries: [] as LogEntry[], interruptions: 0 };
  let reading: Promise<void> = Promise.resolve();
  const take = (entries: LogEntry[]) => {
    for (const entry of entries) {
      const last = seen.entries.at(-1);
      if (last && comparePositions(entry, last) <= 0) continue;
      if (last && entry.epoch === last.epoch && entry.seq !== last.seq + 1) return read();
      seen.entries.push(entry);
    }
  };
  const read = () => {
    // When a test has ended and its Redis is gone, reading fails with nobody left to tell: what it lacks, a test sees in the entries.
    reading = reading.then(async () => {
      const found = await repeated(() => log.read(key, seen.entries.at(-1), 10_000)).catch(() => null);
      take(found?.entries ?? []);
    });
  };
  await log.subscribe(key, {
    entries: take,
    interrupted: () => {
      seen.interruptions++;
      read();
    },
  });
  read();
  await reading;
  return seen;
}
