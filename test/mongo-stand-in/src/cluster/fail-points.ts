import { setTimeout as sleep } from 'node:timers/promises';
import { ServerError } from '../errors.js';
import { toNumber } from '../values/order.js';
import type { Doc } from '../wire/bson.js';

/** What a fail point makes of a command; nothing of it set: it runs as ever. */
export interface Failure {
  closeConnection?: boolean;
  error?: { code: number; labels?: string[] };
  writeConcernError?: Doc;
  blockMs?: number;
}

/** The `failCommand` fail point of one node, set by `configureFailPoint`. */
export class FailPoint {
  private data: Doc | undefined;
  private skip = 0;
  private times = Infinity;
  private entered = 0;

  configure(command: Doc): Doc {
    if (command.configureFailPoint !== 'failCommand') {
      throw new ServerError('FailedToParse', 'the stand-in has the fail point failCommand only');
    }
    const { mode } = command;
    this.data = mode === 'off' ? undefined : (command.data ?? {});
    this.skip = toNumber(mode.skip) ?? 0;
    this.times = toNumber(mode.times) ?? Infinity;
    return { count: this.entered };
  }

  clear(): void {
    this.data = undefined;
  }

  /** What is to happen to this command. Counts it. */
  failureOf(name: string, appName: string | undefined): Failure {
    const { data } = this;
    if (!data?.failCommands?.includes(name)) return {};
    if (data.appName && data.appName !== appName) return {};
    if (this.skip-- > 0 || this.times-- <= 0) return {};
    this.entered++;
    return {
      closeConnection: data.closeConnection === true,
      error: data.errorCode === undefined ? undefined : { code: toNumber(data.errorCode)!, labels: data.errorLabels },
      writeConcernError: data.writeConcernError,
      blockMs: data.blockConnection ? toNumber(data.blockTimeMS) : undefined,
    };
  }
}

export async function block({ blockMs }: Failure): Promise<void> {
  if (blockMs) await sleep(blockMs);
}
