import type { Status } from '../types.js';

/** A service as all instances see it. */
export interface Service {
  name: string;
  /** How many instances can't reach it, of how many. */
  down: number;
  of: number;
  /** At the slowest instance. */
  latencyMs: number;
}

/** By name, in the instances' order. */
export function servicesOf({ instances }: Status): Service[] {
  const services = new Map<string, Service>();
  for (const { name, up, latencyMs } of instances.flatMap(({ dependencies }) => dependencies)) {
    const { down, of, latencyMs: slowest } = services.get(name) ?? { down: 0, of: 0, latencyMs: 0 };
    services.set(name, { name, down: down + (up ? 0 : 1), of: of + 1, latencyMs: Math.max(slowest, latencyMs) });
  }
  return [...services.values()];
}

export type Health =
  | { state: 'down'; services: string[] }
  | { state: 'queue-down' }
  | { state: 'silent'; count: number }
  | { state: 'draining' }
  | { state: 'fine' };

/** What an operator has to know first. */
export function healthOf(status: Status): Health {
  const down = servicesOf(status).filter((service) => service.down > 0);
  if (down.length > 0) return { state: 'down', services: down.map(({ name }) => name) };
  if (!status.queue) return { state: 'queue-down' };
  // One that drains may be gone before it answers.
  const silent = status.silent.filter(({ draining }) => !draining);
  if (silent.length > 0) return { state: 'silent', count: silent.length };
  if ([...status.instances, ...status.silent].some(({ draining }) => draining)) return { state: 'draining' };
  return { state: 'fine' };
}

/** All versions that run, oldest worker first. */
export function versionsOf({ instances }: Status): string[] {
  return [...new Set(instances.map(({ version }) => version))];
}
