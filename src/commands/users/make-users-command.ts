import type { INestApplicationContext } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AccountModule } from '../../account/account.module.js';
import { Config } from '../../config/config.js';
import { UsersCommand } from './users.command.js';

/** The command over the parts of an application. */
export function makeUsersCommand(app: INestApplicationContext): Promise<UsersCommand> {
  return app
    .select(AccountModule.forRoot(app.get(Config)))
    .get(ModuleRef, { strict: true })
    .create(UsersCommand);
}
