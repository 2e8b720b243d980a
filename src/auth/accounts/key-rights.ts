import { AppError } from '../../../libs/errors/index.js';
import type { Config } from '../../config/config.js';
import type { KeyScope } from '../../contract/keys.js';
import type { KeyRights } from '../../http/request-auth.js';
import type { User } from '../users/user-store.js';

/** Whether the keys of this account are good, as API_KEYS says. */
export function mayHaveKeys(
  user: Pick<User, 'role' | 'disabled' | 'deleting'> | null,
  allowed: Config['API_KEYS'],
): boolean {
  if (!user || user.disabled || user.deleting || allowed === 'false') return false;
  return allowed === 'true' || user.role === 'admin';
}

/** Refuses with `scope_missing` (403) a key that is not for this; `none`: no key is. */
export function requireScope({ scopes }: Pick<KeyRights, 'scopes'>, scope: KeyScope | 'none'): void {
  if (scope === 'none') throw noKeysHere();
  if (scopes.includes(scope)) return;
  const words = `This key is not for that: it lacks the scope ${scope}.`;
  throw new AppError('scope_missing', 403, words, { params: { scope } });
}

/** For what people alone may do. */
export function noKeysHere(): AppError {
  return new AppError('scope_missing', 403, 'No key may do this: it takes a person who is logged in.');
}

/** Whether a key may ask this model. */
export function mayAsk({ models }: Pick<KeyRights, 'models'>, endpoint: string, model: string): boolean {
  return models === null || models.includes(`${endpoint}/${model}`) || models.includes(model);
}
