import type { z } from 'zod';
import type { schema } from './schema.js';

/** The parsed environment: one field per variable, under the variable's own name. Also the DI token. */
export interface Config extends z.infer<typeof schema> {}
export class Config {
  constructor(values: z.infer<typeof schema>) {
    Object.assign(this, values);
  }
}
