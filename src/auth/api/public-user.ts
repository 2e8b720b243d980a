import type { User as PublicUser } from '../../contract/user.js';
import type { User } from '../users/user-store.js';

/** What clients see of an account. */
export function publicUser({ id, name, email, role, createdAt }: User): PublicUser {
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}
