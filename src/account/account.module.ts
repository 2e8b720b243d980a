import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ChatModule } from '../chat/chat.module.js';
import { perConfig } from '../config/per-config.js';
import { FilesModule } from '../files/files.module.js';
import { GenerationModule } from '../generation/generation.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { AccountDeletion } from './account-deletion.service.js';
import { AccountController } from './account.controller.js';
import { UnfinishedDeletions } from './unfinished-deletions.service.js';

/** One's own account as a whole. */
@Module({})
export class AccountModule {
  static readonly forRoot = perConfig((config) => ({
    module: AccountModule,
    imports: [
      LifecycleModule,
      AuthModule.forRoot(config),
      ChatModule.forRoot(config),
      FilesModule.forRoot(config),
      GenerationModule.forRoot(config),
    ],
    controllers: [AccountController],
    providers: [AccountDeletion, UnfinishedDeletions],
    exports: [AccountDeletion],
  }));
}
