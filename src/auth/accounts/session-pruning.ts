import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { SessionStore } from '../sessions/session-store.js';

const EVERY_MS = 3_600_000;

/** Drops expired sessions once an hour: nobody sees them any more, they only take room. */
@Injectable()
export class SessionPruning implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger(SessionPruning.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly store: SessionStore) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.prune(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async prune(): Promise<void> {
    try {
      await this.store.prune();
    } catch (error) {
      this.log.warn(`expired sessions could not be dropped: ${String(error)}`);
    }
  }
}
