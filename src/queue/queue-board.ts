/** What bull-board can show of the queue in use: BullMQ's own queues, one a lane; none where the queue is another. */
export class QueueBoard {
  constructor(readonly queues: readonly object[] = []) {}
}
