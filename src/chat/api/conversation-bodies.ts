import { z } from 'zod';
import { ONE_LINE } from '../../http/field-errors.js';
import { pageQuery } from '../../http/paging.js';

const truth = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((value) => value === 'true');
const name = z.string().trim().min(1).max(200);

/** `?archived=` (default false) and `?pinned=` (left out or empty: both). */
export const listQuery = z.strictObject({
  ...pageQuery,
  archived: truth.prefault('false'),
  pinned: z
    .literal('')
    .transform(() => undefined)
    .or(truth)
    .optional(),
});

/** What may be changed. Whether an endpoint and its model exist is looked at when they are asked. */
export const patchBody = z.strictObject({
  title: name.regex(ONE_LINE, 'must not hold control characters').optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
  endpoint: name.optional(),
  model: name.optional(),
  instructions: z.string().max(20_000).nullable().optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
});

export type ListQuery = z.infer<typeof listQuery>;
export type PatchBody = z.infer<typeof patchBody>;
