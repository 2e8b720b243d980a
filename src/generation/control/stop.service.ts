import { Injectable, Logger } from '@nestjs/common';
import { Queue } from '../../queue/index.js';
import { KNOWN_FORM, type MessageRef, Messages, type Writing } from '../../chat/store/index.js';
import { upgrading } from '../../lifecycle/forms.js';
import { ActiveRuns } from '../run/active-runs.service.js';
import { Readers } from '../stream/readers.service.js';
import { Settlement } from '../answer/settlement.service.js';

/** Longest wait for the one who writes to end it. */
const PATIENCE_MS = 2000;
/** A worker may claim between our look and our seizing: then it is the one who ends it. */
const TRIES = 3;

/** Stops an answer, whoever writes it, or nobody. */
@Injectable()
export class StopService {
  private readonly logger = new Logger(StopService.name);

  constructor(
    private readonly messages: Messages,
    private readonly queue: Queue,
    private readonly runs: ActiveRuns,
    private readonly readers: Readers,
    private readonly settlement: Settlement,
  ) {}

  /** Resolves when the end is stored, after 2 s at most. Whether the answer's status is `stopped`. Errors: `upgrading` (503). */
  async stop(ref: MessageRef): Promise<boolean> {
    for (let i = 0; i < TRIES; i++) {
      const answer = await this.messages.requestStop(ref);
      if (!answer) break;
      if (answer.owner !== null) {
        await this.runs.signalStop(ref.id, 'stop').catch((error: unknown) => {
          this.logger.warn(`a stop goes the slow way: ${String(error)}`);
        });
        await this.readers.waitForEnd(ref, PATIENCE_MS);
        break;
      }
      if (await this.seize(answer)) break;
    }
    const message = await this.messages.getWriting(ref);
    // Only a newer build can end it.
    if (message?.status === 'generating' && message.needs > KNOWN_FORM) throw upgrading();
    return message?.status === 'stopped';
  }

  /** Ends an answer that is in nobody's hand. False: a worker has it now. */
  private async seize(answer: Writing): Promise<boolean> {
    const { epoch, touchedAt } = answer;
    if (!(await this.messages.seize(answer, { epoch, touchedAt }, { status: 'stopped' }))) return false;
    // Best effort: a worker that takes the job finds the answer ended.
    await this.queue.remove(answer.id).catch(() => {});
    const ended = await this.messages.getWriting(answer);
    if (ended) await this.settlement.byOther(ended);
    return true;
  }
}
