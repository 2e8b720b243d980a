import type { EventLog, LogEntry, LogPosition } from '../event-log.js';

export interface Opened {
  log: EventLog;
  close(): Promise<void>;
}

let keys = 0;

/** A key that no other test has. */
export function newKey(): string {
  return `test:${process.pid}:${Date.now()}:${++keys}`;
}

export function entry(epoch: number, seq: number, data = JSON.stringify({ epoch, seq })): LogEntry {
  return { epoch, seq, event: 'delta', data };
}

/** The entries of an epoch from one seq to another, both included. */
export function entriesOf(epoch: number, from: number, to: number): LogEntry[] {
  return Array.from({ length: to - from + 1 }, (_, i) => entry(epoch, from + i));
}

/** `1-0 1-1 2-0` */
export function show(positions: LogPosition[]): string {
  return positions.map(({ epoch, seq }) => `${epoch}-${seq}`).join(' ');
}

/** The whole log as `show` tells it. Null: missing. */
export async function shown(log: EventLog, key: string): Promise<string | null> {
  const slice = await log.read(key, undefined, 100_000);
  return slice && show(slice.entries);
}
