import type { z } from 'zod';
import type { Endpoint } from './endpoints-file.js';
import { localPlaces, type Placed } from './placement.js';
import type { schema } from './schema.js';

type Parsed = z.infer<typeof schema>;

/** What the loader always fills in. */
type Values = Omit<Parsed, 'JWT_SECRET' | keyof Placed> &
  Placed & {
    JWT_SECRET: string;
    /** Those in CONFIG_FILE, in its order. */
    endpoints: Endpoint[];
  };

/**
 * The parsed environment: one field per variable, under the variable's own name, and the endpoints of the YAML file. Also
 * the DI token.
 */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface Config extends Values {}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Config {
  constructor(values: Values) {
    Object.assign(this, values);
  }

  /** Whether this process has no siblings: something is kept where only it can be. */
  get isAlone(): boolean {
    return localPlaces(this).length > 0;
  }
}
