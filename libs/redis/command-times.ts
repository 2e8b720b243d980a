import type { Command } from 'ioredis';
import type { RedisConnection } from './connections.js';

/** Every so many commands one is timed: enough for a distribution, and too few to be seen in a profile. */
const TIMED = 8;
/** Those that wait by design: how long they take says nothing. */
const BLOCKING = /^b(l|r|z)(pop|move|mpop)/;

/** Counts the commands of a process, and times some of them from their call to their answer, good or bad. */
export class CommandTimes {
  /** All that were sent. */
  sent = 0;

  constructor(private readonly took: (seconds: number) => void) {}

  watch(connection: RedisConnection): void {
    type Send = (command: Command, ...rest: unknown[]) => unknown;
    const send = connection.sendCommand.bind(connection) as Send;
    const watched: Send = (command, ...rest) => {
      if (this.sent++ % TIMED === 0 && !BLOCKING.test(command.name)) this.time(command);
      return send(command, ...rest);
    };
    connection.sendCommand = watched as typeof connection.sendCommand;
  }

  private time(command: Command): void {
    const began = performance.now();
    const end = () => this.took((performance.now() - began) / 1000);
    command.promise.then(end, end);
  }
}
