import { z } from 'zod';
import { email, name, newPassword, typedPassword } from './fields.js';
import { pageOf } from './page.js';
import { id, time } from './values.js';

export const Role = z.enum(['admin', 'user'], 'must be admin or user');
export type Role = z.infer<typeof Role>;

/** An account as its owner sees it. */
export const User = z
  .object({ id, name: z.string(), email: z.string(), role: Role, createdAt: time })
  .meta({ id: 'User', description: 'An account.' });
export type User = z.infer<typeof User>;

export const UserAnswer = z.object({ user: User });

/** A log-in that has been done. The refresh token is in the cookie. */
export const LoggedIn = z
  .object({
    token: z.string().describe('The access token, for `Authorization: Bearer`.'),
    expiresAt: time.describe('When the token ends. `POST /api/auth/refresh` gives the next one.'),
    user: User,
  })
  .meta({ id: 'LoggedIn' });
export type LoggedIn = z.infer<typeof LoggedIn>;

/** What a page offers before anybody is logged in. */
export const LogInMethods = z.object({
  password: z.boolean(),
  registration: z.boolean().describe('Whether anybody may make an account.'),
  passkeys: z.boolean(),
  secondFactor: z.boolean(),
});

export const registerBody = z.strictObject({
  name,
  email,
  password: newPassword,
  setupCode: z
    .string()
    .max(200)
    .optional()
    .describe('Asked of the very first account where others can reach the server.'),
});

export const logInBody = z.strictObject({ email, password: typedPassword });
export type LogInBody = z.infer<typeof logInBody>;

export const userPatch = z.strictObject({ name });
export type UserPatch = z.infer<typeof userPatch>;

export const passwordChange = z.strictObject({ password: typedPassword, newPassword });
export type PasswordChange = z.infer<typeof passwordChange>;

export const accountDeletion = z.strictObject({ password: typedPassword });
export type AccountDeletion = z.infer<typeof accountDeletion>;

/** One log-in of a user. */
export const Session = z
  .object({
    id,
    createdAt: time,
    lastUsedAt: time.describe('To the minute.'),
    address: z.string().nullable().describe('From which it was used last.'),
    userAgent: z.string().nullable(),
    current: z.boolean().describe('The one that asks.'),
  })
  .meta({ id: 'Session', description: 'One log-in of a user.' });
export type Session = z.infer<typeof Session>;
export const SessionPage = pageOf(Session);
