// What the server's answers to admins hold; the contract is described at /docs.
import type { User } from '../api/types.js';

export interface AdminUser extends User {
  disabled: boolean;
  /** The account is being deleted. */
  deleting: boolean;
  usage: {
    /** Null where no budget is set: then nothing is counted. */
    tokens: number | null;
    tokenBudget: number | null;
    windowEndsInSeconds: number | null;
    running: number;
    waiting: number;
  };
}

export interface UserChange {
  role?: User['role'];
  disabled?: boolean;
}

/** Over the last minute; null where nothing was measured. */
interface Times {
  p50: number | null;
  p95: number | null;
}

export interface Dependency {
  name: string;
  up: boolean;
  latencyMs: number;
}

export interface Instance {
  instance: string;
  pid: number;
  version: string;
  startedAt: string;
  draining: boolean;
  /** Of one core. */
  cpuPercent: number;
  memory: { rss: number; heapUsed: number; heapTotal: number };
  eventLoopLagMs: { p50: number; p99: number };
  requestsPerSecond: number;
  answerTimeMs: Times;
  firstTokenMs: Times;
  generationsRunning: number;
  sseStreams: number;
  sockets: number;
  adapters: Record<string, string>;
  dependencies: Dependency[];
}

export type SilentInstance = Pick<Instance, 'instance' | 'pid' | 'version' | 'startedAt' | 'draining'>;

/** Of one instance at one moment; null where nothing was measured. */
export type Figures = Record<
  | 'cpuPercent'
  | 'memoryRss'
  | 'lagP99Ms'
  | 'requestsPerSecond'
  | 'answerP50Ms'
  | 'answerP95Ms'
  | 'firstTokenP50Ms'
  | 'firstTokenP95Ms'
  | 'generationsRunning'
  | 'sseStreams'
  | 'sockets',
  number | null
>;

/** Newest first: the k-th was known k steps ago; null: nothing was. Each ends with the oldest that is known. */
export type Steps<Name extends string> = Record<Name, (number | null)[]>;

export interface PastInstance extends SilentInstance {
  figures: Steps<keyof Figures>;
}

/** The last hour, as the instances noted it. */
export interface Past {
  at: string;
  stepSeconds: number;
  queue: Steps<'waiting' | 'running' | 'startsPerSecond'>;
  instances: PastInstance[];
  /** Listed, and told nothing. */
  silent: SilentInstance[];
}

export interface Status {
  at: string;
  /** Null while the queue does not answer. */
  queue: { waiting: number; running: number; oldestWaitingMs: number; startsPerSecond: number } | null;
  /** Oldest first. */
  instances: Instance[];
  /** Listed, and did not answer within a second. */
  silent: SilentInstance[];
}
