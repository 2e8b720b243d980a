import { Injectable, type OnModuleInit } from '@nestjs/common';
import { within } from '../../../libs/async/index.js';
import { type JobData, type JobHandler, type JobOutcome, Queue, type QueueWorker } from '../../queue/index.js';
import { Messages } from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { readJob } from '../answer/jobs.js';
import { readCall } from '../calls/call-job.js';
import { CallPlaces } from '../calls/call-places.service.js';
import { HeldCalls } from '../calls/held-calls.service.js';
import { Titles } from './titles.service.js';
import { AnswerWorker } from './answer-worker.service.js';
import { Capacity } from './capacity.service.js';
import { ActiveRuns } from './active-runs.service.js';

/** A job of a form that this build does not know waits for one that does. */
const UNKNOWN_FORM_MS = 5000;

/** Takes jobs off the queue, and stops doing so when the process is told to go. */
@Injectable()
export class Worker implements OnModuleInit {
  private worker: QueueWorker | undefined;
  private running = 0;

  constructor(
    private readonly queue: Queue,
    private readonly answers: AnswerWorker,
    private readonly titles: Titles,
    private readonly messages: Messages,
    private readonly runs: ActiveRuns,
    private readonly places: CallPlaces,
    private readonly calls: HeldCalls,
    private readonly capacity: Capacity,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (this.config.ROLE !== 'web') this.lifecycle.onServe(async () => this.start());
    // Now, not when it starts: before the step that closes the readers.
    this.lifecycle.onDrain(() => this.drain());
  }

  private start(): void {
    this.worker = this.queue.work(this.handle, { concurrency: this.config.QUEUE_CONCURRENCY });
    this.capacity.steer(this.worker, () => this.running);
  }

  private readonly handle: JobHandler = async ({ data }, signal) => {
    this.running++;
    try {
      return await this.write(data, signal);
    } finally {
      this.running--;
    }
  };

  private async write(data: JobData, signal: AbortSignal): Promise<JobOutcome> {
    const call = readCall(data);
    if (call) return this.places.work(call, signal);
    const job = readJob(data);
    if (!job) return { done: false, putBackMs: UNKNOWN_FORM_MS };
    if (!job.title) return this.answers.work(job.ref, signal, job.traceparent);
    const answer = await this.messages.getWriting(job.ref);
    if (answer) await this.titles.write(answer);
    return { done: true };
  }

  /**
   * Running answers, and programs' calls, may finish within the grace; then answers are handed over, or ended with what they
   * have, and calls fail. Calls that wait go on waiting for other workers, where there are any.
   */
  private async drain(): Promise<void> {
    // Not awaited: it resolves when the running ones are back.
    void this.worker?.close();
    // A queue that stays gives the answer to another process; one that goes with us can't.
    const { outlivesProcess } = this.queue;
    if (outlivesProcess) this.places.handOn();
    else this.calls.abort('waiting');
    const empty = () => Promise.all([this.runs.empty(), this.calls.empty()]);
    await within(this.config.SHUTDOWN_GRACE_SECONDS * 1000, empty(), () => undefined);
    this.runs.abortAll(outlivesProcess ? 'handover' : 'drain');
    this.calls.abort('all');
    await empty();
  }
}
