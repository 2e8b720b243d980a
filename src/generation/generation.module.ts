import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ChatModule } from '../chat/chat.module.js';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { perConfig } from '../config/per-config.js';
import { EventLogModule } from '../event-log/event-log.module.js';
import { FilesModule } from '../files/files.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ModelsModule } from '../models/models.module.js';
import { NoticesModule } from '../notices/notices.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { Acceptance } from './answer/acceptance.service.js';
import { Admission } from './ask/admission.service.js';
import { AskController } from './api/ask.controller.js';
import { AskService } from './ask/ask.service.js';
import { AskedFiles } from './ask/asked-files.service.js';
import { ShownFiles } from './run/shown-files.service.js';
import { Drafts } from './ask/drafts.service.js';
import { Idempotency } from './keys/idempotency.service.js';
import { IdempotencyKeys } from './keys/idempotency-keys.js';
import { AccountRecheck } from './ask/account-recheck.service.js';
import { CallPlaces } from './calls/call-places.service.js';
import { HeldCalls } from './calls/held-calls.service.js';
import { ConversationDeletionController } from './api/conversation-deletion.controller.js';
import { ConversationDeletion } from './control/conversation-deletion.service.js';
import { Disabling } from './control/disabling.service.js';
import { Settlement } from './answer/settlement.service.js';
import { StopService } from './control/stop.service.js';
import { Sweep } from './control/sweep.service.js';
import { GenerationMetrics } from './answer/generation-metrics.service.js';
import { ModelCatalog } from './answer/model-catalog.service.js';
import { AnswerWorker } from './run/answer-worker.service.js';
import { Answering } from './run/answering.service.js';
import { EndpointPlaces } from './run/endpoint-places.service.js';
import { Requests } from './run/requests.service.js';
import { Capacity } from './run/capacity.service.js';
import { FlushTicker } from './run/flush-ticker.service.js';
import { Owners } from './run/owners.service.js';
import { ActiveRuns } from './run/active-runs.service.js';
import { Saver } from './run/saver.service.js';
import { Worker } from './run/worker.service.js';
import { AnswerResponse } from './stream/answer-response.service.js';
import { Heartbeat } from './stream/heartbeat.service.js';
import { Readers } from './stream/readers.service.js';
import { ReadingPlaces } from './stream/reading-places.service.js';
import { StreamsController } from './api/streams.controller.js';
import { LogSubscriptions } from './stream/log-subscriptions.service.js';
import { Titles } from './run/titles.service.js';
import { KeyBudget } from './run/key-budget.service.js';
import { TokenBudget } from './run/token-budget.service.js';

const idempotencyKeys = {
  memory: async () => new (await import('./keys/memory/idempotency-keys.js')).MemoryIdempotencyKeys(),
  sqlite: async (clients) =>
    new (await import('./keys/sqlite/idempotency-keys.js')).SqliteIdempotencyKeys(clients.sqlite()),
  mongo: async (clients) =>
    new (await import('./keys/mongo/idempotency-keys.js')).MongoIdempotencyKeys(await clients.mongo()),
} satisfies Adapters<IdempotencyKeys, 'STORE'>;

/** One question's way: `ask` takes it in, `run` writes the answer, `stream` shows it, `end` ends it. */
@Module({})
export class GenerationModule {
  static readonly forRoot = perConfig((config) => ({
    module: GenerationModule,
    imports: [
      ...[LifecycleModule, ObservabilityModule, ClientsModule],
      ...[ClusterModule.forRoot(config), NoticesModule.forRoot(config), EventLogModule.forRoot(config)],
      ...[QueueModule.forRoot(config), ModelsModule.forRoot(config), RateLimitModule.forRoot(config)],
      ...[AuthModule.forRoot(config), ChatModule.forRoot(config), FilesModule.forRoot(config)],
    ],
    controllers: [AskController, StreamsController, ConversationDeletionController],
    providers: [
      adapter(IdempotencyKeys, idempotencyKeys[config.STORE]),
      ...[AskService, Drafts, Idempotency, Admission, Acceptance, AccountRecheck, ModelCatalog, GenerationMetrics],
      ...[AskedFiles, ShownFiles, Requests, Answering, EndpointPlaces],
      ...[HeldCalls, CallPlaces],
      ...[Worker, AnswerWorker, KeyBudget, TokenBudget, Capacity, Owners, ActiveRuns, Saver, FlushTicker, Titles],
      ...[AnswerResponse, ReadingPlaces, Readers, LogSubscriptions, Heartbeat],
      ...[Settlement, StopService, Disabling, Sweep, ConversationDeletion],
    ],
    exports: [
      ...[IdempotencyKeys, ConversationDeletion, Disabling, GenerationMetrics, ActiveRuns, AnswerResponse],
      // For calls of programs.
      ...[Admission, HeldCalls, KeyBudget, ModelCatalog, TokenBudget],
    ],
  }));
}
