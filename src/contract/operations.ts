import { z } from 'zod';
import { dependencyCheck } from './errors.js';
import { count, time } from './values.js';

/** Which adapter stands behind each port, by the name of the module that an operator chooses. */
export const AdaptersInUse = z.record(z.string(), z.string());

export const Health = z.object({
  status: z.enum(['healthy', 'degraded', 'draining']),
  timestamp: time,
  uptime: z.number().describe('Seconds.'),
  memory: z
    .object({ rss: count, heapTotal: count, heapUsed: count, external: count, arrayBuffers: count })
    .describe('Bytes.'),
  pid: count,
  instance: z.string(),
  version: z.string(),
  adapters: AdaptersInUse,
});
export type Health = z.infer<typeof Health>;

export const Alive = z.object({ status: z.literal('ok') });

const states = z.record(z.string(), dependencyCheck);

/** Every dependency in use has answered. One that has not: a problem, with `checks`. */
export const Ready = z.object({ status: z.literal('ok'), info: states, error: states, details: states });

/** Of Prometheus. */
export const Exposition = z.string();

/** `?scope=`: of all instances, or of the one that answers. */
export const metricsQuery = z.strictObject({ scope: z.enum(['all', 'instance']).default('all') });
export type MetricsQuery = z.infer<typeof metricsQuery>;

/** What `npm run doctor -- --url` reads: how its request arrived here, then a sign of life now and then. */
export const SelfTestEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('seen'),
    data: z.object({
      address: z.string(),
      peer: z.string().describe('Who is at the other end of the server’s socket.'),
      believed: z.boolean().describe('Whether TRUST_PROXY believes them.'),
      forwardedFor: z.string().nullable(),
      protocol: z.string(),
      host: z.string(),
      instance: z.string(),
      version: z.string(),
    }),
  }),
  z.object({ event: z.literal('beat'), data: z.object({ atMs: count }) }),
]);
export type Seen = Extract<z.infer<typeof SelfTestEvent>, { event: 'seen' }>['data'];
