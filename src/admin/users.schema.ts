import { z } from 'zod';
import { pageQuery } from '../http/paging.js';

export const usersQuery = z.strictObject(pageQuery);
export type UsersQuery = z.infer<typeof usersQuery>;

export const userChange = z
  .strictObject({
    role: z.enum(['admin', 'user'], 'must be admin or user').optional(),
    disabled: z.boolean().optional(),
  })
  .refine(({ role, disabled }) => role !== undefined || disabled !== undefined, 'must name role or disabled');
export type UserChange = z.infer<typeof userChange>;
