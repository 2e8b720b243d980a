import type { z } from 'zod';
import { newPassword } from '../../contract/fields.js';
import { refusal } from '../../contract/refusal.js';
import { passwordChange as anyPasswordChange, registerBody } from '../../contract/user.js';
import { isCommonPassword } from './common-passwords.js';
import { guessable } from './guessable.js';

const common = 'is one of the most common passwords: please take another';

/**
 * A password to be set, as the contract has it, and not among the 3,000 most common. What its owner's name and address make
 * of it, `guessable` says.
 */
export const uncommonPassword = newPassword.refine(
  (text) => !isCommonPassword(text),
  refusal(common, 'guessable_password', { reason: 'common' }),
);

export const registration = registerBody.extend({ password: uncommonPassword }).superRefine((body, context) => {
  const refused = guessable(body.password, body);
  if (refused) context.addIssue({ code: 'custom', path: ['password'], ...refused });
});
export type RegistrationBody = z.infer<typeof registration>;

export const passwordChange = anyPasswordChange.extend({ newPassword: uncommonPassword });
