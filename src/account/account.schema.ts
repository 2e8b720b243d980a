import { z } from 'zod';
import { typedPassword } from '../auth/accounts/fields.js';

export const accountDeletion = z.strictObject({ password: typedPassword });
export type AccountDeletionBody = z.infer<typeof accountDeletion>;
