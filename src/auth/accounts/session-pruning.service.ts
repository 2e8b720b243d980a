import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { every, type Ticker } from '../../../libs/async/index.js';
import { SessionStore } from '../sessions/session-store.js';

const EVERY_MS = 3_600_000;

/** Drops expired sessions once an hour: nobody sees them any more, they only take room. */
@Injectable()
export class SessionPruning implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(SessionPruning.name);
  private ticker: Ticker | undefined;

  constructor(private readonly store: SessionStore) {}

  onModuleInit(): void {
    this.ticker = every(EVERY_MS, () => this.prune());
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
  }

  private async prune(): Promise<void> {
    try {
      await this.store.prune();
    } catch (error) {
      this.log.warn(`expired sessions could not be dropped: ${String(error)}`);
    }
  }
}
