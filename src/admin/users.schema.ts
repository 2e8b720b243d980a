import { z } from 'zod';
import { ONE_LINE, refusal } from '../http/field-errors.js';
import { pageQuery } from '../http/paging.js';

/** `q`: part of a name or an e-mail. */
export const usersQuery = z.strictObject({
  ...pageQuery,
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
  .strictObject({
    role: z.enum(['admin', 'user'], 'must be admin or user').optional(),
    disabled: z.boolean().optional(),
  })
  .refine(({ role, disabled }) => role !== undefined || disabled !== undefined, one);
export type UserChange = z.infer<typeof userChange>;
