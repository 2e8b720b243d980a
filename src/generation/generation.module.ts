import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { Acceptance } from './ask/acceptance.js';
import { Admission } from './ask/admission.js';
import { AskController } from './ask/ask.controller.js';
import { AskService } from './ask/ask.service.js';
import { Drafts } from './ask/draft.js';
import { Idempotency } from './ask/idempotency.js';
import { Latecomers } from './ask/latecomers.js';
import { ConversationDeletionController } from './conversation-deletion.controller.js';
import { ConversationDeletion } from './conversation-deletion.js';
import { Disabling } from './end/disabling.js';
import { Endings } from './end/endings.js';
import { StopService } from './end/stop.service.js';
import { Sweep } from './end/sweep.js';
import { GenerationMetrics } from './generation-metrics.js';
import { ModelCatalog } from './model-catalog.js';
import { AnswerWorker } from './run/answer-worker.js';
import { Capacity } from './run/capacity.js';
import { FlushTicker } from './run/flush-ticker.js';
import { Owners } from './run/owners.js';
import { Runs } from './run/runs.js';
import { Saver } from './run/saver.js';
import { Worker } from './run/worker.js';
import { AnswerResponse } from './stream/answer-response.js';
import { Heartbeat } from './stream/heartbeat.js';
import { Readers } from './stream/readers.js';
import { ReadingPlaces } from './stream/reading-places.js';
import { StreamsController } from './stream/streams.controller.js';
import { Tails } from './stream/tails.js';
import { Titles } from './titles.js';
import { TokenBudget } from './token-budget.js';

/** One question's way: `ask` takes it in, `run` writes the answer, `stream` shows it, `end` ends it. */
@Module({
  imports: [AuthModule],
  controllers: [AskController, StreamsController, ConversationDeletionController],
  providers: [
    ...[AskService, Drafts, Idempotency, Admission, Acceptance, Latecomers, ModelCatalog, GenerationMetrics],
    ...[Worker, AnswerWorker, TokenBudget, Capacity, Owners, Runs, Saver, FlushTicker, Titles],
    ...[AnswerResponse, ReadingPlaces, Readers, Tails, Heartbeat],
    ...[Endings, StopService, Disabling, Sweep, ConversationDeletion],
  ],
  exports: [ConversationDeletion, Disabling, GenerationMetrics, Runs, AnswerResponse],
})
export class GenerationModule {}
