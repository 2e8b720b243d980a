import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { Leases } from '../../rate-limit/index.js';
import { Messages } from '../../chat/store/index.js';
import { logKey } from '../answer/log-entries.js';
import type { Progress, Run } from './run.js';
import { addUsage } from './usage.js';
import { ActiveRuns } from './active-runs.service.js';

const SAVE_MS = 1000;
const RENEW_MS = 3_600_000;

/**
 * Once a second: keeps the texts of all running answers, in one bulk write, which also tells the store that their owners
 * live, and brings back who was stopped and who lost its answer.
 */
@Injectable()
export class Saver implements OnModuleInit, OnModuleDestroy {
  private readonly outages = new FailureLog(new Logger(Saver.name), 'saving what is written');
  private ticker: Ticker | undefined;
  /** When the last save began that was kept, or was not needed: `performance.now()`. */
  private savedAt = performance.now();

  constructor(
    private readonly runs: ActiveRuns,
    private readonly messages: Messages,
    private readonly leases: Leases,
  ) {}

  onModuleInit(): void {
    this.ticker = every(SAVE_MS, () => this.save());
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  /** How long ago the texts of running answers were kept, ms. */
  get ageMs(): number {
    return this.runs.size === 0 ? 0 : performance.now() - this.savedAt;
  }

  /** A store that is away is told again a second later. */
  async save(): Promise<void> {
    const began = performance.now();
    if (this.runs.size === 0) return void (this.savedAt = began);
    try {
      await this.saveAll(this.runs.all());
      this.savedAt = began;
    } catch (error) {
      this.outages.failed(error);
    }
  }

  private async saveAll(runs: Run[]): Promise<void> {
    const sent = runs.map((run) => run.progress);
    const saves = runs.map((run, i) => {
      const isNew = sent[i].textLength !== run.saved.textLength;
      return {
        conversationId: run.answer.conversationId,
        id: run.answer.id,
        epoch: sent[i].epoch,
        owner: run.owner,
        text: isNew ? run.text : '',
        // Thoughts without text stay in the log: the row keeps what an attempt before has brought.
        parts: isNew ? run.parts.since(run.saved.parts) : undefined,
        usage: addUsage(run.spentBefore, run.usage),
      };
    });
    const idle = runs.filter((run, i) => run.saved.written === sent[i].written);
    const results = await this.messages.save(saves);
    await Promise.all(runs.map((run, i) => this.afterSave(run, sent[i], results[i])));
    this.lookAtLogs(idle.filter((run) => this.runs.has(run) && !run.signal.aborted));
  }

  /** Not waited for: a log that is lost is opened anew for as long as it takes, and texts are saved meanwhile. */
  private lookAtLogs(runs: Run[]): void {
    Promise.all(runs.map((run) => run.log.check())).catch((error: unknown) => this.outages.failed(error));
  }

  private async afterSave(run: Run, sent: Progress, result: { held: boolean; stop: boolean }) {
    // It may have claimed its own next epoch, or ended, while the store was writing.
    if (run.epoch !== sent.epoch || !this.runs.has(run)) return;
    if (!result.held) return run.abort('lost');
    // Parts went along only with a text.
    const parts = sent.textLength === run.saved.textLength ? run.saved.parts : sent.parts;
    run.saved = { ...sent, parts };
    if (result.stop) return run.abort('stop');
    if (performance.now() - run.leasedAt < RENEW_MS) return;
    run.leasedAt = performance.now();
    await this.leases.renew(run.answer.userId, logKey(run.answer));
  }
}
