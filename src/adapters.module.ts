import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamicModule, Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Cache } from '../libs/cache/index.js';
import { InstanceRegistry, Signals } from '../libs/cluster/index.js';
import { EventLog } from '../libs/event-log/index.js';
import { HealthChecks } from '../libs/health/index.js';
import { HitCounter, Leases } from '../libs/limits/index.js';
import { Queue } from '../libs/queue/index.js';
import { SqliteDatabase } from '../libs/sqlite/index.js';
import { SessionStore } from './auth/session-store.js';
import { UserStore } from './auth/user-store.js';
import { ChatMemory } from './chat/chat-memory.js';
import { Conversations } from './chat/conversations.js';
import { MessageSearch } from './chat/message-search.js';
import { Messages } from './chat/messages.js';
import { Config } from './config/config.js';
import { IdempotencyKeys } from './generation/idempotency-keys.js';

/** What adapters are made of, each opened when the first row asks for it. */
@Injectable()
export class Clients {
  private database: SqliteDatabase | undefined;
  readonly chatMemory = new ChatMemory();

  constructor(
    private readonly config: Config,
    private readonly checks: HealthChecks,
  ) {}

  sqlite(): SqliteDatabase {
    if (this.database) return this.database;
    mkdirSync(this.config.DATA_DIR, { recursive: true, mode: 0o700 });
    const database = new SqliteDatabase(join(this.config.DATA_DIR, 'parley.sqlite'));
    this.checks.add('sqlite', async () => database.ping());
    return (this.database = database);
  }

  close(): void {
    this.database?.close();
  }
}

type Port = abstract new (...args: never[]) => object;
type Variable = 'STORE' | 'SESSIONS' | 'CACHE' | 'RATE_LIMIT' | 'QUEUE' | 'EVENT_LOG' | 'REALTIME';
type Make = (clients: Clients) => Promise<object>;

/** Port, the variable that picks its adapter, and the adapters. What isn't chosen isn't loaded. */
const table: Array<[Port, Variable, Record<string, Make>]> = [
  [
    UserStore,
    'STORE',
    {
      memory: async () => new (await import('./auth/user-store.memory.js')).MemoryUserStore(),
      sqlite: async (c) => new (await import('./auth/user-store.sqlite.js')).SqliteUserStore(c.sqlite()),
    },
  ],
  [
    SessionStore,
    'SESSIONS',
    {
      memory: async () => new (await import('./auth/session-store.memory.js')).MemorySessionStore(),
      sqlite: async (c) => new (await import('./auth/session-store.sqlite.js')).SqliteSessionStore(c.sqlite()),
    },
  ],
  [
    Conversations,
    'STORE',
    {
      memory: async (c) => new (await import('./chat/conversations.memory.js')).MemoryConversations(c.chatMemory),
      sqlite: async (c) => new (await import('./chat/conversations.sqlite.js')).SqliteConversations(c.sqlite()),
    },
  ],
  [
    Messages,
    'STORE',
    {
      memory: async (c) => new (await import('./chat/messages.memory.js')).MemoryMessages(c.chatMemory),
      sqlite: async (c) => new (await import('./chat/messages.sqlite.js')).SqliteMessages(c.sqlite()),
    },
  ],
  [
    MessageSearch,
    'STORE',
    {
      memory: async (c) => new (await import('./chat/message-search.memory.js')).MemoryMessageSearch(c.chatMemory),
      sqlite: async (c) => new (await import('./chat/message-search.sqlite.js')).SqliteMessageSearch(c.sqlite()),
    },
  ],
  [
    IdempotencyKeys,
    'STORE',
    {
      memory: async () => new (await import('./generation/idempotency-keys.memory.js')).MemoryIdempotencyKeys(),
      sqlite: async (c) =>
        new (await import('./generation/idempotency-keys.sqlite.js')).SqliteIdempotencyKeys(c.sqlite()),
    },
  ],
  [Cache, 'CACHE', { memory: async () => (await import('../libs/cache/cache.memory.js')).memoryCache() }],
  [
    HitCounter,
    'RATE_LIMIT',
    { memory: async () => new (await import('../libs/limits/hit-counter.memory.js')).MemoryHitCounter() },
  ],
  [Leases, 'RATE_LIMIT', { memory: async () => new (await import('../libs/limits/leases.memory.js')).MemoryLeases() }],
  [Queue, 'QUEUE', { memory: async () => new (await import('../libs/queue/queue.memory.js')).MemoryQueue() }],
  [
    EventLog,
    'EVENT_LOG',
    { memory: async () => new (await import('../libs/event-log/event-log.memory.js')).MemoryEventLog() },
  ],
  [
    Signals,
    'REALTIME',
    { memory: async () => new (await import('../libs/cluster/signals.memory.js')).MemorySignals() },
  ],
  [
    InstanceRegistry,
    'REALTIME',
    { memory: async () => new (await import('../libs/cluster/instance-registry.memory.js')).MemoryInstanceRegistry() },
  ],
];

/** All adapters in use, to be closed when the application goes. */
class Adapters {
  readonly all: object[] = [];
}

/** THE one place where configuration picks an adapter for each port. */
@Global()
@Module({})
export class AdaptersModule implements OnApplicationShutdown {
  constructor(
    private readonly adapters: Adapters,
    private readonly clients: Clients,
  ) {}

  static forRoot(): DynamicModule {
    const rows = table.map(([port, variable, makers]) => ({
      provide: port,
      inject: [Config, Clients, Adapters],
      useFactory: async (config: Config, clients: Clients, adapters: Adapters) => {
        const adapter = await makers[config[variable]](clients);
        adapters.all.push(adapter);
        return adapter;
      },
    }));
    const ports = table.map(([port]) => port);
    return {
      module: AdaptersModule,
      providers: [...rows, Clients, Adapters, HealthChecks],
      exports: [...ports, HealthChecks],
    };
  }

  /** Adapters first, then the clients under them. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.adapters.all.map((adapter) => (adapter as { close?(): Promise<void> }).close?.()));
    this.clients.close();
  }
}
