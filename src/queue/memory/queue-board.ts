import { QueueBoard } from '../queue-board.js';

/** Limit: bull-board shows nothing but BullMQ. */
export class MemoryQueueBoard extends QueueBoard {
  readonly shows = false;

  async queues(): Promise<object[]> {
    return [];
  }
}
