import { viewOf } from '../../../libs/fields/index.js';
import type { ApiKey as PublicKey } from '../../contract/keys.js';
import { API_KEY_FIELDS, type ApiKey } from '../keys/api-key.js';

const MINUTE_MS = 60_000;
const fieldsOf = viewOf(API_KEY_FIELDS);

/** What its owner sees of a key. When it was used is told to the minute. */
export function keyView(key: ApiKey): PublicKey {
  const { expiresAt, lastUsedAt, ...rest } = fieldsOf(key);
  return { ...rest, expiresAt: iso(expiresAt), lastUsedAt: lastUsedAt && toMinute(lastUsedAt) };
}

function iso(time: Date | string | null): string | null {
  return time && new Date(time).toISOString();
}

function toMinute(time: Date | string): string {
  return new Date(Math.floor(+new Date(time) / MINUTE_MS) * MINUTE_MS).toISOString();
}
