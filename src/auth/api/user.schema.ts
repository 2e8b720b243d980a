import { z } from 'zod';
import { name, newPassword, typedPassword } from '../accounts/fields.js';

export const userPatch = z.strictObject({ name });
export type UserPatchBody = z.infer<typeof userPatch>;

export const passwordChange = z.strictObject({ password: typedPassword, newPassword });
export type PasswordChangeBody = z.infer<typeof passwordChange>;
