/**
 * What bull-board can show of the queue in use: BullMQ's own objects, of which nobody else knows. Goes with the adapter of
 * `Queue`.
 */
export abstract class QueueBoard {
  /** Whether there ever is something to show. */
  abstract readonly shows: boolean;

  /** BullMQ's queues, those that there are now. */
  abstract queues(): Promise<object[]>;
}
