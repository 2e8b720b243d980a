import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { StrayFieldsGuard } from '../http/stray-fields.guard.js';
import { AccessTokens } from './accounts/access-tokens.js';
import { Accounts } from './accounts/accounts.js';
import { AuthController } from './api/auth.controller.js';
import { AuthGuard } from './api/auth.guard.js';
import { Authenticator } from './accounts/authenticator.js';
import { Credentials } from './accounts/credentials.js';
import { LogIn } from './accounts/log-in.js';
import { Passwords } from './accounts/passwords.js';
import { RefreshCookie } from './accounts/refresh-cookie.js';
import { Registration } from './accounts/registration.js';
import { RolesGuard } from './api/roles.js';
import { SecurityEvents } from './accounts/security-events.js';
import { SessionPruning } from './accounts/session-pruning.js';
import { Sessions } from './accounts/sessions.js';
import { SessionsController } from './api/sessions.controller.js';
import { SetupCode } from './accounts/setup-code.js';
import { UserController } from './api/user.controller.js';

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
