import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { StrayFieldsGuard } from '../http/stray-fields.guard.js';
import { AccessTokens } from './access-tokens.js';
import { Accounts } from './accounts.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { Authenticator } from './authenticator.js';
import { Credentials } from './credentials.js';
import { LogIn } from './log-in.js';
import { Passwords } from './passwords.js';
import { RefreshCookie } from './refresh-cookie.js';
import { Registration } from './registration.js';
import { RolesGuard } from './roles.js';
import { SecurityEvents } from './security-events.js';
import { SessionPruning } from './session-pruning.js';
import { Sessions } from './sessions.js';
import { SessionsController } from './sessions.controller.js';
import { SetupCode } from './setup-code.js';
import { UserController } from './user.controller.js';

/** Who somebody is: accounts, log-ins, sessions. Its two guards stand before every route, in this order. */
@Module({
  controllers: [AuthController, SessionsController, UserController],
  providers: [
    AccessTokens,
    Accounts,
    Authenticator,
    Credentials,
    LogIn,
    Passwords,
    RefreshCookie,
    Registration,
    SecurityEvents,
    SessionPruning,
    Sessions,
    SetupCode,
    { provide: APP_GUARD, useClass: AuthGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
    // Not before it is known who asks: they run in this order.
    { provide: APP_GUARD, useClass: StrayFieldsGuard },
  ],
  exports: [
    AccessTokens,
    Accounts,
    Authenticator,
    Credentials,
    Passwords,
    RefreshCookie,
    SecurityEvents,
    Sessions,
    SetupCode,
  ],
})
export class AuthModule {}
