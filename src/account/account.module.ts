import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { GenerationModule } from '../generation/generation.module.js';
import { AccountDeletion } from './account-deletion.js';
import { AccountController } from './account.controller.js';
import { UnfinishedDeletions } from './unfinished-deletions.js';
import { UsersCommand } from '../commands/users/users-command.js';

/** One's own account as a whole, and the operator's command for all of them. */
@Module({
  imports: [AuthModule, GenerationModule],
  controllers: [AccountController],
  providers: [AccountDeletion, UnfinishedDeletions, UsersCommand],
  exports: [AccountDeletion, UsersCommand],
})
export class AccountModule {}
