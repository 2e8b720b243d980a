import { z } from 'zod';

/** UUIDv7: a later one sorts after an earlier one. */
export const id = z.string().meta({ format: 'uuid' });
/** ISO 8601, UTC, to the millisecond. */
export const time = z.string().meta({ format: 'date-time' });
export const count = z.int().nonnegative();
