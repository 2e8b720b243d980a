import { EventEmitter } from 'node:events';
import { EarlyStop } from './early-stop.js';

class Host extends EventEmitter {
  readonly exits: number[] = [];

  exit(code: number): void {
    this.exits.push(code);
  }
}

describe('EarlyStop', () => {
  const events: Array<[string, string | undefined]> = [
    ['SIGINT', undefined],
    ['SIGTERM', undefined],
    ['message', 'shutdown'],
  ];

  it.each(events)('ends the process on %s %s until another listens', (event, message) => {
    const host = new Host();
    const early = new EarlyStop(host);
    early.arm();
    host.emit(event, message);
    expect(host.exits).toEqual([0]);
    early.disarm();
    host.emit(event, message);
    expect(host.exits).toEqual([0]);
  });

  it('hears no other message', () => {
    const host = new Host();
    new EarlyStop(host).arm();
    host.emit('message', { type: 'log:reload' });
    expect(host.exits).toEqual([]);
  });
});
