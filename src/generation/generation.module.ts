import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { Acceptance } from './answer/acceptance.js';
import { Admission } from './ask/admission.js';
import { AskController } from './api/ask.controller.js';
import { AskService } from './ask/ask.service.js';
import { Drafts } from './ask/draft.js';
import { Idempotency } from './keys/idempotency.js';
import { AccountRecheck } from './ask/account-recheck.js';
import { ConversationDeletionController } from './api/conversation-deletion.controller.js';
import { ConversationDeletion } from './control/conversation-deletion.js';
import { Disabling } from './control/disabling.js';
import { Settlement } from './answer/settlement.js';
import { StopService } from './control/stop.service.js';
import { Sweep } from './control/sweep.js';
import { GenerationMetrics } from './answer/generation-metrics.js';
import { ModelCatalog } from './answer/model-catalog.js';
import { AnswerWorker } from './run/answer-worker.js';
import { Capacity } from './run/capacity.js';
import { FlushTicker } from './run/flush-ticker.js';
import { Owners } from './run/owners.js';
import { ActiveRuns } from './run/active-runs.js';
import { Saver } from './run/saver.js';
import { Worker } from './run/worker.js';
import { AnswerResponse } from './stream/answer-response.js';
import { Heartbeat } from './stream/heartbeat.js';
import { Readers } from './stream/readers.js';
import { ReadingPlaces } from './stream/reading-places.js';
import { StreamsController } from './api/streams.controller.js';
import { LogSubscriptions } from './stream/log-subscriptions.js';
import { Titles } from './run/titles.js';
import { TokenBudget } from './run/token-budget.js';

/** One question's way: `ask` takes it in, `run` writes the answer, `stream` shows it, `end` ends it. */
@Module({
  imports: [AuthModule],
  controllers: [AskController, StreamsController, ConversationDeletionController],
  providers: [
    ...[AskService, Drafts, Idempotency, Admission, Acceptance, AccountRecheck, ModelCatalog, GenerationMetrics],
    ...[Worker, AnswerWorker, TokenBudget, Capacity, Owners, ActiveRuns, Saver, FlushTicker, Titles],
    ...[AnswerResponse, ReadingPlaces, Readers, LogSubscriptions, Heartbeat],
    ...[Settlement, StopService, Disabling, Sweep, ConversationDeletion],
  ],
  exports: [ConversationDeletion, Disabling, GenerationMetrics, ActiveRuns, AnswerResponse],
})
export class GenerationModule {}
