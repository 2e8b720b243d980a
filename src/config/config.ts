import type { z } from 'zod';
import type { Endpoint } from './endpoints-file.js';
import type { schema } from './schema.js';

type Parsed = z.infer<typeof schema>;

/** What the loader always fills in. */
type Values = Omit<Parsed, 'JWT_SECRET' | 'SESSIONS'> & {
  JWT_SECRET: string;
  SESSIONS: NonNullable<Parsed['SESSIONS']>;
  /** Those in CONFIG_FILE, in its order. */
  endpoints: Endpoint[];
};

/** The parsed environment: one field per variable, under the variable's own name, and the endpoints of the YAML file. Also the DI token. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface Config extends Values {}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Config {
  constructor(values: Values) {
    Object.assign(this, values);
  }
}
