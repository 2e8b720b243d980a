import type { User } from '../users/user-store.js';

/** What clients see of an account. */
export interface PublicUser {
  id: string;
  name: string;
  email: string;
  role: string;
  createdAt: string;
}

export function publicUser({ id, name, email, role, createdAt }: User): PublicUser {
  return { id, name, email, role, createdAt: createdAt.toISOString() };
}
