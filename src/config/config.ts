import type { z } from 'zod';
import type { schema } from './schema.js';

type Values = z.infer<typeof schema>;

/** The parsed environment: one field per variable, under the variable's own name. Also the DI token. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging, @typescript-eslint/no-empty-object-type
export interface Config extends Values {}
// eslint-disable-next-line @typescript-eslint/no-unsafe-declaration-merging
export class Config {
  constructor(values: Values) {
    Object.assign(this, values);
  }
}
