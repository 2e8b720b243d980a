// What the server's answers to admins hold: the contract's own types.
import type { Figures as Lists, StatusHistory } from '../../../src/contract/admin.js';

export type {
  AdminUser,
  Dependency,
  InstanceStatus as Instance,
  ListedInstance as SilentInstance,
  Status,
  StatusHistory as Past,
  UserChange,
} from '../../../src/contract/admin.js';

/** Of one instance at one moment; null where nothing was measured. */
export type Figures = Record<keyof Lists, number | null>;

export type PastInstance = StatusHistory['instances'][number];
