import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, type Ticker } from '../../libs/async/index.js';
import { Lifecycle } from '../lifecycle/lifecycle.service.js';
import { AccountDeletion } from './account-deletion.service.js';

const EVERY_MS = 60_000;

/** Goes on with deletions that stopped half-way: when the process begins to serve, and once a minute. */
@Injectable()
export class UnfinishedDeletions implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(UnfinishedDeletions.name);
  private ticker: Ticker | undefined;

  constructor(
    private readonly deletion: AccountDeletion,
    private readonly lifecycle: Lifecycle,
  ) {}

  onModuleInit(): void {
    this.lifecycle.onServe(async () => {
      this.ticker = every(EVERY_MS, () => this.resume());
      void this.resume();
    });
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  private async resume(): Promise<void> {
    if (this.lifecycle.draining) return;
    try {
      await this.deletion.resume();
    } catch (error) {
      this.log.warn(`deletions of accounts that were begun could not be gone on with: ${String(error)}`);
    }
  }
}
