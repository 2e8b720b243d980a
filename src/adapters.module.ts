import { type DynamicModule, Global, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { Cache } from '../libs/cache/index.js';
import { InstanceRegistry, Signals, Totals } from '../libs/cluster/index.js';
import { EventLog } from '../libs/event-log/index.js';
import { HealthChecks } from '../libs/health/index.js';
import { HitCounter, Leases } from './rate-limit/index.js';
import { Metrics } from '../libs/metrics/index.js';
import { Queue, QueueBoard } from './queue/index.js';
import { Tracing } from '../libs/tracing/index.js';
import { SessionStore } from './auth/sessions/session-store.js';
import { UserStore } from './auth/users/user-store.js';
import { Conversations, Messages, MessageSearch } from './chat/store/index.js';
import { Clients } from './clients/clients.js';
import { Config } from './config/config.js';
import { IdempotencyKeys } from './generation/keys/idempotency-keys.js';
import { Lifecycle } from './lifecycle/lifecycle.js';
import { tracingOf } from './clients/open-tracing.js';
import { SocketRooms } from './realtime/socket-rooms.js';

type Port = abstract new (...args: never[]) => object;
type Variable = 'STORE' | 'SESSIONS' | 'CACHE' | 'RATE_LIMIT' | 'QUEUE' | 'EVENT_LOG' | 'REALTIME';
/** `loader` is there where the whole application is made. */
type Make = (clients: Clients, config: Config, loader: LazyModuleLoader | undefined) => Promise<object>;

/** Port, the variable that picks its adapter, and the adapters. What isn't chosen isn't loaded. */
const table: Array<[Port, Variable, Record<string, Make>]> = [
  [
    UserStore,
    'STORE',
    {
      memory: async () => new (await import('./auth/users/memory/user-store.js')).MemoryUserStore(),
      sqlite: async (c) => new (await import('./auth/users/sqlite/user-store.js')).SqliteUserStore(c.sqlite()),
      mongo: async (c) => new (await import('./auth/users/mongo/user-store.js')).MongoUserStore(await c.mongoUsers()),
    },
  ],
  [
    SessionStore,
    'SESSIONS',
    {
      memory: async () => new (await import('./auth/sessions/memory/session-store.js')).MemorySessionStore(),
      sqlite: async (c) => new (await import('./auth/sessions/sqlite/session-store.js')).SqliteSessionStore(c.sqlite()),
      redis: async (c) =>
        new (await import('./auth/sessions/redis/session-store.js')).RedisSessionStore(await c.redis()),
    },
  ],
  [
    Conversations,
    'STORE',
    {
      memory: async (c) => new (await import('./chat/memory/conversations.js')).MemoryConversations(c.chatMemory),
      sqlite: async (c) => new (await import('./chat/sqlite/conversations.js')).SqliteConversations(c.sqlite()),
      mongo: async (c) => new (await import('./chat/mongo/conversations.js')).MongoConversations(await c.mongoChat()),
    },
  ],
  [
    Messages,
    'STORE',
    {
      memory: async (c) => new (await import('./chat/memory/messages.js')).MemoryMessages(c.chatMemory),
      sqlite: async (c) => new (await import('./chat/sqlite/messages.js')).SqliteMessages(c.sqlite()),
      mongo: async (c) => new (await import('./chat/mongo/messages.js')).MongoMessages(await c.mongoChat()),
    },
  ],
  [
    MessageSearch,
    'STORE',
    {
      memory: async (c) => new (await import('./chat/memory/message-search.js')).MemoryMessageSearch(c.chatMemory),
      sqlite: async (c) => new (await import('./chat/sqlite/message-search.js')).SqliteMessageSearch(c.sqlite()),
      mongo: async (c, { MONGO_SEARCH_READ_PREFERENCE: readPreference }) =>
        new (await import('./chat/mongo/message-search.js')).MongoMessageSearch(await c.mongoChat(), {
          readPreference,
        }),
    },
  ],
  [
    IdempotencyKeys,
    'STORE',
    {
      memory: async () => new (await import('./generation/keys/memory/idempotency-keys.js')).MemoryIdempotencyKeys(),
      sqlite: async (c) =>
        new (await import('./generation/keys/sqlite/idempotency-keys.js')).SqliteIdempotencyKeys(c.sqlite()),
      mongo: async (c) =>
        new (await import('./generation/keys/mongo/idempotency-keys.js')).MongoIdempotencyKeys(await c.mongo()),
    },
  ],
  [
    Cache,
    'CACHE',
    {
      memory: async () => (await import('../libs/cache/memory/cache.js')).memoryCache(),
      redis: async (c) => (await import('../libs/cache/redis/cache.js')).redisCache(await c.redis()),
    },
  ],
  [
    HitCounter,
    'RATE_LIMIT',
    {
      memory: async () => new (await import('./rate-limit/counter/memory/hit-counter.js')).MemoryHitCounter(),
      redis: async (c) =>
        new (await import('./rate-limit/counter/redis/hit-counter.js')).RedisHitCounter(await c.redis()),
    },
  ],
  [
    Leases,
    'RATE_LIMIT',
    {
      memory: async () => new (await import('./rate-limit/leases/memory/leases.js')).MemoryLeases(),
      redis: async (c) => new (await import('./rate-limit/leases/redis/leases.js')).RedisLeases(await c.redis()),
    },
  ],
  [
    Queue,
    'QUEUE',
    {
      memory: async () => new (await import('./queue/memory/queue.js')).MemoryQueue(),
      redis: async (c) => new (await import('./queue/bullmq/queue.js')).BullmqQueue(await c.redis()),
    },
  ],
  [
    QueueBoard,
    'QUEUE',
    {
      memory: async () => new (await import('./queue/memory/queue-board.js')).MemoryQueueBoard(),
      redis: async (c, _config, loader) =>
        new (await import('./queue/bullmq/queue-board.js')).BullmqQueueBoard(await c.redis(), loader),
    },
  ],
  [
    EventLog,
    'EVENT_LOG',
    {
      memory: async () => new (await import('../libs/event-log/memory/event-log.js')).MemoryEventLog(),
      redis: async (c) => new (await import('../libs/event-log/redis/event-log.js')).RedisEventLog(await c.redis()),
    },
  ],
  [
    Signals,
    'REALTIME',
    {
      memory: async () => new (await import('../libs/cluster/signals/memory/signals.js')).MemorySignals(),
      redis: async (c) => new (await import('../libs/cluster/signals/redis/signals.js')).RedisSignals(await c.redis()),
    },
  ],
  [
    InstanceRegistry,
    'REALTIME',
    {
      memory: async () =>
        new (await import('../libs/cluster/instances/memory/instance-registry.js')).MemoryInstanceRegistry(),
      redis: async (c) =>
        new (await import('../libs/cluster/instances/redis/instance-registry.js')).RedisInstanceRegistry(
          await c.redis(),
        ),
    },
  ],
  [
    SocketRooms,
    'REALTIME',
    {
      memory: async () => new (await import('./realtime/memory/socket-rooms.js')).MemorySocketRooms(),
      redis: async (c) => new (await import('./realtime/redis/socket-rooms.js')).RedisSocketRooms(await c.redis()),
    },
  ],
  [
    Totals,
    'REALTIME',
    {
      memory: async () => new (await import('../libs/cluster/totals/memory/totals.js')).MemoryTotals(),
      redis: async (c) => new (await import('../libs/cluster/totals/redis/totals.js')).RedisTotals(await c.redis()),
    },
  ],
];

/** The adapter of one port by itself, for a command that needs no more. Who makes the clients closes them. */
export async function makeAdapter<T extends object>(
  port: abstract new (...args: never[]) => T,
  clients: Clients,
  config: Config,
): Promise<T> {
  const row = table.find(([known]) => known === port);
  if (!row) throw new Error(`${port.name} has no adapters`);
  const [, variable, makers] = row;
  return (await makers[config[variable]](clients, config, undefined)) as T;
}

/** All adapters in use, to be closed when the application goes. */
class Adapters {
  readonly all: object[] = [];
}

/** THE one place where configuration picks an adapter for each port. */
@Global()
@Module({})
export class AdaptersModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    private readonly adapters: Adapters,
    private readonly clients: Clients,
    private readonly lifecycle: Lifecycle,
    private readonly tracing: Tracing,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServeFirst(() => this.clients.settle());
  }

  static forRoot(): DynamicModule {
    const rows = table.map(([port, variable, makers]) => ({
      provide: port,
      inject: [Config, Clients, Adapters, LazyModuleLoader],
      useFactory: async (config: Config, clients: Clients, adapters: Adapters, loader: LazyModuleLoader) => {
        const adapter = await makers[config[variable]](clients, config, loader);
        adapters.all.push(adapter);
        return adapter;
      },
    }));
    const ports = table.map(([port]) => port);
    const tracing = {
      provide: Tracing,
      inject: [Config, Lifecycle],
      useFactory: (config: Config, { instance }: Lifecycle) => tracingOf(config, instance),
    };
    return {
      module: AdaptersModule,
      providers: [...rows, Clients, Adapters, HealthChecks, Metrics, tracing],
      exports: [...ports, HealthChecks, Metrics, Tracing],
    };
  }

  /** Adapters first, then the clients under them. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.adapters.all.map((adapter) => (adapter as { close?(): Promise<void> }).close?.()));
    await Promise.all([this.clients.close(), this.tracing.close()]);
  }
}
