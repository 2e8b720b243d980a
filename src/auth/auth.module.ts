import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { StrayFieldsGuard } from '../http/stray-fields.guard.js';
import { NoticesModule } from '../notices/notices.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { AccessTokens } from './accounts/access-tokens.service.js';
import { Accounts } from './accounts/accounts.service.js';
import { ApiKeys } from './accounts/api-keys.service.js';
import { AuthController } from './api/auth.controller.js';
import { AuthGuard } from './api/auth.guard.js';
import { Authenticator } from './accounts/authenticator.service.js';
import { Credentials } from './accounts/credentials.service.js';
import { KeyAuthentication } from './accounts/key-authentication.service.js';
import { KeysController } from './api/keys.controller.js';
import { ApiKeyStore } from './keys/api-key-store.js';
import { LogIn } from './accounts/log-in.service.js';
import { Passwords } from './accounts/passwords.service.js';
import { RefreshCookie } from './accounts/refresh-cookie.service.js';
import { Registration } from './accounts/registration.service.js';
import { RolesGuard } from './api/roles.guard.js';
import { SecurityEvents } from './accounts/security-events.service.js';
import { SessionPruning } from './accounts/session-pruning.service.js';
import { Sessions } from './accounts/sessions.service.js';
import { SessionsController } from './api/sessions.controller.js';
import { SetupCode } from './accounts/setup-code.service.js';
import { UserController } from './api/user.controller.js';
import { SessionStore } from './sessions/session-store.js';
import { UserStore } from './users/user-store.js';

const userStores = {
  memory: async () => new (await import('./users/memory/user-store.js')).MemoryUserStore(),
  sqlite: async (clients) => new (await import('./users/sqlite/user-store.js')).SqliteUserStore(clients.sqlite()),
  mongo: async (clients) =>
    new (await import('./users/mongo/user-store.js')).MongoUserStore(await clients.mongoUsers()),
} satisfies Adapters<UserStore, 'STORE'>;

/** Where the accounts are. */
const keyStores = {
  memory: async () => new (await import('./keys/memory/api-key-store.js')).MemoryApiKeyStore(),
  sqlite: async (clients) => new (await import('./keys/sqlite/api-key-store.js')).SqliteApiKeyStore(clients.sqlite()),
  mongo: async (clients) =>
    new (await import('./keys/mongo/api-key-store.js')).MongoApiKeyStore(await clients.mongoUsers()),
} satisfies Adapters<ApiKeyStore, 'STORE'>;

const sessionStores = {
  memory: async () => new (await import('./sessions/memory/session-store.js')).MemorySessionStore(),
  sqlite: async (clients) =>
    new (await import('./sessions/sqlite/session-store.js')).SqliteSessionStore(clients.sqlite()),
  redis: async (clients) =>
    new (await import('./sessions/redis/session-store.js')).RedisSessionStore(await clients.redis()),
} satisfies Adapters<SessionStore, 'SESSIONS'>;

/** Who somebody is: accounts, log-ins, sessions. Its two guards stand before every route, in this order. */
@Module({})
export class AuthModule {
  static readonly forRoot = perConfig((config) => ({
    module: AuthModule,
    imports: [
      ...[ClientsModule, ObservabilityModule, ClusterModule.forRoot(config)],
      ...[NoticesModule.forRoot(config), RateLimitModule.forRoot(config)],
    ],
    controllers: [AuthController, KeysController, SessionsController, UserController],
    providers: [
      adapter(UserStore, userStores[config.STORE]),
      adapter(ApiKeyStore, keyStores[config.STORE]),
      adapter(SessionStore, sessionStores[config.SESSIONS]),
      AccessTokens,
      Accounts,
      ApiKeys,
      Authenticator,
      Credentials,
      KeyAuthentication,
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
      UserStore,
      SessionStore,
      AccessTokens,
      Accounts,
      ApiKeys,
      Authenticator,
      Credentials,
      KeyAuthentication,
      Passwords,
      RefreshCookie,
      SecurityEvents,
      Sessions,
      SetupCode,
    ],
  }));
}
