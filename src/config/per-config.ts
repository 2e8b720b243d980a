import type { DynamicModule } from '@nestjs/common';
import type { Config } from './config.js';

/**
 * A module that is configured. Nest knows such a module by its object, so two of them would be two sets of its providers:
 * for one configuration it is made once, however many features import it.
 */
export function perConfig<M extends DynamicModule | Promise<DynamicModule>>(
  make: (config: Config) => M,
): (config: Config) => M {
  const made = new WeakMap<Config, M>();
  return (config) => {
    const module = made.get(config) ?? make(config);
    made.set(config, module);
    return module;
  };
}
