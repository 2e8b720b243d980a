import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { Messages } from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { HitCounter } from '../../rate-limit/index.js';
import { FileContents } from '../content/file-contents.js';
import { CONTENT_REST_MS, FileRows, Readings } from '../store/index.js';
import { Extraction, STALE_MS } from './extraction.service.js';
import { FileRemoval } from './file-removal.service.js';
import { messageOf } from './holders.service.js';

const SWEEP_MS = 3000;
/** A little less than the pause, so that a timer which is early by a moment skips no round. */
const TURN_MS = SWEEP_MS - 500;
const SLOW_MS = 30_000;
/** A file that was never in a message. */
const UNHELD_MS = 24 * 60 * 60_000;
const AT_A_TIME = 100;
/** Files that one process reads or has in line. */
const MOST_READING = 20;

/** Puts right what is left over of files. One instance at a time does it; what it finds it may do twice. */
@Injectable()
export class FileSweep implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(FileSweep.name);
  private readonly outages = new FailureLog(this.logger, 'the sweep of files');
  private ticker: Ticker | undefined;

  constructor(
    private readonly hits: HitCounter,
    private readonly files: FileRows,
    private readonly readings: Readings,
    private readonly contents: FileContents,
    private readonly extraction: Extraction,
    private readonly removal: FileRemoval,
    private readonly messages: Messages,
    private readonly lifecycle: Lifecycle,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServe(async () => {
      // Who has no siblings knows: who was reading is gone.
      if (this.config.isAlone) await this.unread(0);
      this.ticker = every(SWEEP_MS, () => this.beat());
    });
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  /** One round, where no other instance is at it. A dependency that is away ends it: the next round goes on. */
  async beat(): Promise<void> {
    if (this.lifecycle.draining) return;
    try {
      if ((await this.hits.hit('files-sweep', TURN_MS)).hits !== 1) return;
      await this.unread(STALE_MS);
      await this.removal.removeMarked();
      if ((await this.hits.hit('files-sweep-slow', SLOW_MS)).hits === 1) await this.slowRound();
    } catch (error) {
      this.outages.failed(error);
    }
  }

  /** What nobody waits for. */
  async slowRound(): Promise<void> {
    await this.checkHolders();
    await this.files.markUnheld(UNHELD_MS, AT_A_TIME);
    await this.removal.removeContents();
    await this.contents.clearStaged(CONTENT_REST_MS);
  }

  /** Files that nobody reads, or whose reader has died. */
  private async unread(staleMs: number): Promise<void> {
    const room = MOST_READING - this.extraction.atWork;
    if (room <= 0) return;
    for (const { id } of await this.readings.unread(staleMs, room)) void this.extraction.read(id, staleMs);
  }

  /** Holds of messages that never came to be: who asked has died on the way. What else holds is not ours to judge. */
  private async checkHolders(): Promise<void> {
    for (const { id, userId, holders, checkAt } of await this.files.unchecked(AT_A_TIME)) {
      for (const holder of holders) {
        const ref = messageOf(holder);
        if (ref && !(await this.messages.get(userId, ref))) await this.files.dropHolders([holder], 'keep');
      }
      await this.files.noteChecked(id, checkAt!);
    }
  }
}
