import { z } from 'zod';
import { AdaptersInUse } from './operations.js';
import { pageFields, pageOf } from './page.js';
import { ONE_LINE, refusal } from './refusal.js';
import { Role, User } from './user.js';
import { count, time } from './values.js';

/** `q`: part of a name or an e-mail. */
export const usersQuery = z.strictObject({
  ...pageFields,
  q: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(100, 'must have at most 100 characters')
    .regex(ONE_LINE, 'must not hold control characters')
    .optional(),
});
export type UsersQuery = z.infer<typeof usersQuery>;

const one = refusal('must name role or disabled', 'one_required', { fields: ['role', 'disabled'] });

export const userChange = z
  .strictObject({ role: Role.optional(), disabled: z.boolean().optional() })
  .refine(({ role, disabled }) => role !== undefined || disabled !== undefined, one);
export type UserChange = z.infer<typeof userChange>;

/** An account as admins see it. */
export const AdminUser = User.extend({
  disabled: z.boolean(),
  deleting: z.boolean().describe('The account is being deleted.'),
  usage: z.object({
    tokens: count.nullable().describe('In this window. Null where no budget is set: then nothing is counted.'),
    tokenBudget: count.nullable(),
    windowEndsInSeconds: count.nullable(),
    running: count,
    waiting: count,
  }),
}).meta({ id: 'AdminUser', description: 'An account as admins see it.' });
export type AdminUser = z.infer<typeof AdminUser>;
export const AdminUserPage = pageOf(AdminUser);
export const AdminUserAnswer = z.object({ user: AdminUser });

const figure = z.number().nullable();
const times = z.object({ p50: figure, p95: figure });

export const Dependency = z.object({
  name: z.string(),
  up: z.boolean(),
  latencyMs: z.number().describe('How long it took to answer, or has not answered by now.'),
});
export type Dependency = z.infer<typeof Dependency>;

/** An instance as the list of instances knows it. */
export const ListedInstance = z.object({
  instance: z.string(),
  pid: count,
  version: z.string(),
  startedAt: time,
  draining: z.boolean(),
});
export type ListedInstance = z.infer<typeof ListedInstance>;

/** One process at this moment. Times in milliseconds, over the last minute; null where nothing was measured. */
export const InstanceStatus = ListedInstance.extend({
  cpuPercent: z.number().describe('Of one core.'),
  memory: z.object({ rss: count, heapUsed: count, heapTotal: count }).describe('Bytes.'),
  eventLoopLagMs: z.object({ p50: z.number(), p99: z.number() }),
  requestsPerSecond: z.number(),
  answerTimeMs: times.describe('Of calls, over the last minute.'),
  firstTokenMs: times,
  generationsRunning: count,
  sseStreams: count,
  sockets: count,
  adapters: AdaptersInUse,
  dependencies: z.array(Dependency),
}).meta({ id: 'InstanceStatus', description: 'One process at this moment; null where nothing was measured.' });
export type InstanceStatus = z.infer<typeof InstanceStatus>;

const silent = z.array(ListedInstance).describe('Listed, and did not answer within a second.');

export const Status = z.object({
  at: time,
  queue: z
    .object({ waiting: count, running: count, oldestWaitingMs: z.number(), startsPerSecond: z.number() })
    .nullable()
    .describe('Null while the queue does not answer.'),
  instances: z.array(InstanceStatus).describe('Oldest first.'),
  silent,
});
export type Status = z.infer<typeof Status>;

/** Newest first: the k-th is of k steps before `at`; null where nothing was known. */
const steps = z.array(figure);

export const Figures = z.object({
  cpuPercent: steps,
  memoryRss: steps,
  lagP99Ms: steps,
  requestsPerSecond: steps,
  answerP50Ms: steps,
  answerP95Ms: steps,
  firstTokenP50Ms: steps,
  firstTokenP95Ms: steps,
  generationsRunning: steps,
  sseStreams: steps,
  sockets: steps,
});
export type Figures = z.infer<typeof Figures>;

export const QueueFigures = z.object({ waiting: steps, running: steps, startsPerSecond: steps });
export type QueueFigures = z.infer<typeof QueueFigures>;

/** The last hour, as the instances noted it. */
export const StatusHistory = z.object({
  at: time,
  stepSeconds: z.number(),
  queue: QueueFigures,
  instances: z.array(ListedInstance.extend({ figures: Figures })),
  silent,
});
export type StatusHistory = z.infer<typeof StatusHistory>;
