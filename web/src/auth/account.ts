import { call } from '../api/client.js';
import { setSession } from '../api/session.js';
import { ofThisTab } from '../api/storage.js';
import type { LoggedIn } from '../api/types.js';

export interface NewAccount {
  name: string;
  email: string;
  password: string;
  setupCode?: string;
}

export async function logIn(email: string, password: string): Promise<void> {
  setSession(await call<LoggedIn>('POST', '/api/auth/login', { body: { email, password } }));
}

export async function register(account: NewAccount): Promise<void> {
  await call('POST', '/api/auth/register', { body: account });
  await logIn(account.email, account.password);
}

/** Ends the session here even where the server can't be told: its cookie then lives on, so that is an error. */
export async function logOut(): Promise<void> {
  await call('POST', '/api/auth/logout');
  ofThisTab.clear();
  setSession(null);
}
