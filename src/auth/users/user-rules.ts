import { AppError } from '../../../libs/errors/index.js';
import type { User } from './user-store.js';

/** Whether somebody can administer through this account. */
export function isActiveAdmin(user: Pick<User, 'role' | 'disabled' | 'deleting'>): boolean {
  return user.role === 'admin' && !user.disabled && !user.deleting;
}

/** The one refusal of every user store for an e-mail that another account has. */
export function emailTaken(): AppError {
  return new AppError('email_taken', 409, 'There already is an account with this e-mail address.');
}

/** The one refusal of every user store for what would leave nobody to administer. */
export function lastAdmin(): AppError {
  return new AppError('last_admin', 409, 'This is the last admin. Make somebody else an admin first.');
}
