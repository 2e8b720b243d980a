import { z } from 'zod';
import { email, name, newPassword, typedPassword } from './fields.js';
import { guessable } from './guessable.js';

export const registration = z
  .strictObject({
    name,
    email,
    password: newPassword,
    setupCode: z.string().max(200).optional(),
  })
  .superRefine((body, context) => {
    const refused = guessable(body.password, body);
    if (refused) context.addIssue({ code: 'custom', path: ['password'], ...refused });
  });
export type RegistrationBody = z.infer<typeof registration>;

export const login = z.strictObject({ email, password: typedPassword });
export type LoginBody = z.infer<typeof login>;
