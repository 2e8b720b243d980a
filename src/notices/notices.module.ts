import { Module } from '@nestjs/common';
import { ClusterModule } from '../cluster/cluster.module.js';
import { perConfig } from '../config/per-config.js';
import { Notices } from './notices.service.js';

/** What happens in one feature and concerns others. */
@Module({})
export class NoticesModule {
  static readonly forRoot = perConfig((config) => ({
    module: NoticesModule,
    imports: [ClusterModule.forRoot(config)],
    providers: [Notices],
    exports: [Notices],
  }));
}
