import { Injectable } from '@nestjs/common';
import { Metrics } from '../../libs/metrics/index.js';
import type { ModelUsage } from '../../libs/models/index.js';
import { HeldCalls } from '../generation/calls/held-calls.service.js';

const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

/** What a call was for. */
export type Purpose = 'chat' | 'messages' | 'embeddings' | 'count_tokens';
export type Outcome = 'complete' | 'gone' | 'refused' | 'failed';

/** What is counted and measured of programs' calls. Nothing here fails or waits. */
@Injectable()
export class ProgramMetrics {
  private readonly calls;
  private readonly waits;
  private readonly firstBytes;
  private readonly tokens;

  constructor(metrics: Metrics, held: HeldCalls) {
    this.calls = metrics.counter('parley_program_calls_total', 'Calls of programs that have ended', [
      'dialect',
      'outcome',
    ]);
    this.waits = metrics.histogram(
      'parley_program_wait_seconds',
      'From a program’s call to its turn in the queue',
      SECONDS,
      ['dialect'],
    );
    this.firstBytes = metrics.histogram(
      'parley_program_first_byte_seconds',
      'From a program’s call to the first byte of its provider, with the queue',
      SECONDS,
      ['dialect'],
    );
    this.tokens = metrics.counter('parley_program_tokens_total', 'Tokens of programs’ calls', [
      'dialect',
      'direction',
      'outcome',
    ]);
    metrics.gauge('parley_program_calls_waiting', 'Calls of programs that wait for their turn', 'sum', () =>
      held.count(false),
    );
    metrics.gauge('parley_program_calls_running', 'Calls of programs whose turn it is', 'sum', () => held.count(true));
  }

  waited(dialect: Purpose, ms: number): void {
    this.waits.observe({ dialect }, ms / 1000);
  }

  firstByte(dialect: Purpose, ms: number): void {
    this.firstBytes.observe({ dialect }, ms / 1000);
  }

  ended(dialect: Purpose, outcome: Outcome, usage?: ModelUsage | null): void {
    this.calls.add({ dialect, outcome });
    if (!usage) return;
    this.tokens.add({ dialect, outcome, direction: 'input' }, usage.inputTokens);
    this.tokens.add({ dialect, outcome, direction: 'output' }, usage.outputTokens);
  }
}
