import { isCode } from '../errors/index.js';
import type { RetryPolicy } from './retry.js';

/** A dependency that is away is asked again, twice a second and for ever; its other errors pass. */
export const WHILE_AWAY: RetryPolicy = { again: (error) => isCode(error, 'dependency_down'), pauseMs: 500 };
