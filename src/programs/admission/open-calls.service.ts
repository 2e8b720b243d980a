import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { every, FailureLog, type Ticker } from '../../../libs/async/index.js';
import { Authenticator } from '../../auth/accounts/authenticator.service.js';
import { Notices } from '../../notices/notices.service.js';
import type { OpenCall } from './open-call.js';

const TICK_MS = 1000;
/** Each key is looked at once in so many ticks. */
const SLOTS = 15;

/**
 * All calls of programs in this process. One timer for all: signs of life for streams, and every 15 s a look whether the key
 * is still good; a revocation ends them at once, by a signal. Only a clear no ends one.
 */
@Injectable()
export class OpenCalls implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly outages = new FailureLog(new Logger(OpenCalls.name), 'looking at the keys of open calls');
  private readonly calls = new Set<OpenCall>();
  private ticker: Ticker | undefined;
  private tick = 0;
  private unsubscribe: () => void = () => undefined;

  constructor(
    private readonly authenticator: Authenticator,
    private readonly notices: Notices,
  ) {}

  onApplicationBootstrap(): void {
    this.ticker = every(TICK_MS, () => this.beat());
    this.unsubscribe = this.notices.onRevoked(({ sessionId }) => this.revoke(sessionId));
  }

  onModuleDestroy(): void {
    void this.ticker?.stop();
    this.unsubscribe();
  }

  add(call: OpenCall): void {
    this.calls.add(call);
  }

  remove(call: OpenCall): void {
    this.calls.delete(call);
  }

  private beat(): void {
    this.tick++;
    for (const { reply } of this.calls) reply?.beat();
    if (this.tick % SLOTS !== 0) return;
    const lives = new Set([...this.calls].map(({ auth }) => auth.sessionId));
    for (const life of lives) void this.lookAt(life).catch((error: unknown) => this.outages.failed(error));
  }

  private async lookAt(life: string): Promise<void> {
    if (!(await this.authenticator.isAlive(life))) this.revoke(life);
  }

  private revoke(life: string): void {
    for (const call of this.calls) if (call.auth.sessionId === life) call.end('revoked');
  }
}
