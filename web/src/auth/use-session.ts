import { useSyncExternalStore } from 'react';
import { onSession, sessionState } from '../api/session.js';
import type { User } from '../api/types.js';

export function useSessionState() {
  return useSyncExternalStore(onSession, sessionState);
}

/** The user of a page that only those see who are logged in. */
export function useUser(): User {
  const { session } = useSessionState();
  if (!session) throw new Error('nobody is logged in');
  return session.user;
}
