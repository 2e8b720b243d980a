import { Global, Module } from '@nestjs/common';
import { Config } from './config.js';
import { perConfig } from './per-config.js';

/** What was read of the environment, for everything: the one module that is global. */
@Global()
@Module({})
export class ConfigModule {
  static readonly forRoot = perConfig((config) => ({
    module: ConfigModule,
    providers: [{ provide: Config, useValue: config }],
    exports: [Config],
  }));
}
