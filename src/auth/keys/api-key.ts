import type { Fields } from '../../../libs/fields/index.js';
import type { KeyScope } from '../../contract/keys.js';

/** A key with which a program acts for a person. Its secret is nowhere: whoever presents it is known by the hash. */
export interface ApiKey {
  id: string;
  userId: string;
  name: string;
  /** The secret's beginning, for people to tell their keys apart. */
  prefix: string;
  /** `hashOf` of the secret. */
  hash: string;
  scopes: KeyScope[];
  /** Names of models, `<endpoint>/<model>` or `<model>`, that it may ask; null: all that the person may. */
  models: string[] | null;
  /** After this it is good for nothing; null: it does not end. */
  expiresAt: Date | null;
  /** Tokens in and out that it may cost in a day (UTC); null: as many as the person may. */
  tokensPerDay: number | null;
  /** Noted once a minute at most; null: it was never used. */
  lastUsedAt: Date | null;
  createdAt: Date;
}

/** What is known of each field of a key. Columns, rows, documents and what clients see come from here. */
export const API_KEY_FIELDS = {
  id: { kind: 'text', view: true, fixed: true },
  userId: { kind: 'text', fixed: true },
  name: { kind: 'text', view: true },
  prefix: { kind: 'text', view: true, fixed: true },
  hash: { kind: 'text', fixed: true },
  scopes: { kind: 'json', view: true, fixed: true },
  models: { kind: 'json', view: true, fixed: true },
  expiresAt: { kind: 'time', view: true, fixed: true },
  tokensPerDay: { kind: 'number', view: true, fixed: true },
  lastUsedAt: { kind: 'time', view: true },
  createdAt: { kind: 'time', view: true, fixed: true },
} as const satisfies Fields<ApiKey>;
