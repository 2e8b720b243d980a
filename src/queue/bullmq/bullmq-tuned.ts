import {
  type BackendFactory,
  type JobJson,
  type Processor,
  RedisConnection,
  type RedisQueueBackend,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { moveToActive, moveToFinished } from 'bullmq/dist/cjs/scripts/index.js';
import type { JobData } from '../queue.js';

/** What the scripts below say, in the place of a rate limit, of a job behind which nothing waits. */
const ALONE = -1;

/**
 * BullMQ's two scripts that start a job wake the next waiter with each start, whether or not there is work, and its worker
 * asks for a further job after each: of seven commands a job on a quiet server that is three. Here they say whether
 * anything else waits, and when the next delayed job is due. Throws with a version of BullMQ that looks different.
 */
const START_SCRIPTS = { moveToActive: tuned(moveToActive), moveToFinished: tuned(moveToFinished) };

function tuned<T extends { content: string }>(script: T): T {
  let { content } = script;
  for (const [theirs, ours] of [
    [
      'addBaseMarkerIfNeeded(markerKey, false)\n',
      `local more = rcall("LLEN", keyPrefix .. "wait") + rcall("ZCARD", keyPrefix .. "prioritized") > 0
  local due = rcall("ZRANGE", keyPrefix .. "delayed", 0, 0, "WITHSCORES")[2]
  addBaseMarkerIfNeeded(markerKey, not more)\n`,
    ],
    [
      'return {rcall("HGETALL", jobKey), jobId, 0, 0}',
      `return {rcall("HGETALL", jobKey), jobId, more and 0 or ${ALONE}, not more and due and due / 0x1000 or 0}`,
    ],
  ]) {
    if (content.split(theirs).length !== 2) throw new Error(`A script of BullMQ's has changed: ${theirs}`);
    content = content.replace(theirs, ours);
  }
  return { ...script, content };
}

export class TunedConnection extends RedisConnection {
  /** The first definition of a command counts. */
  protected override loadCommands(version: string, scripts?: Parameters<RedisConnection['loadCommands']>[1]): void {
    super.loadCommands(version, START_SCRIPTS);
    super.loadCommands(version, scripts);
  }
}

export class TunedWorker extends Worker<JobData, void> {
  private alone = false;

  constructor(
    name: string,
    processor: Processor<JobData, void>,
    options: WorkerOptions,
    backend: BackendFactory<RedisQueueBackend>,
  ) {
    super(name, processor, options, backend);
    const update = this['updateDelays'].bind(this) as (limit?: number, due?: number) => void;
    this['updateDelays'] = (limit?: number, due?: number) => {
      this.alone = limit === ALONE;
      update(limit, due);
    };
  }

  /** Ends the timers where `close` can't, since it waits for the server. */
  abandon(): void {
    void this.lockManager.close();
  }

  /** Called right after `updateDelays`. A drained worker waits for a sign instead of asking. */
  protected override async nextJobFromJobData(data?: JobJson, id?: string, token?: string) {
    const { alone } = this;
    const job = await super.nextJobFromJobData(data, id, token);
    if (job && alone) this['drained'] = true;
    return job;
  }
}
