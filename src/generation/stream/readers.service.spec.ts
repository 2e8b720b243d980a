import { MemoryEventLog } from '../../../libs/event-log/memory/event-log.js';
import type { LogEntry } from '../../../libs/event-log/index.js';
import { logKey } from '../answer/log-entries.js';
import type { Sink } from './follower.js';
import { Readers } from './readers.service.js';
import { LogSubscriptions } from './log-subscriptions.service.js';

class TestSink implements Sink {
  events: string[] = [];
  ended = false;
  attach(): void {}
  write(entries: LogEntry[]): boolean {
    this.events.push(...entries.map(({ event }) => event));
    return true;
  }
  queued(): boolean {
    return true;
  }
  comment(): void {}
  end(): void {
    this.ended = true;
  }
  cut(): void {
    this.ended = true;
  }
}

describe('Readers', () => {
  const ref = { conversationId: 'c', id: 'm' };
  let log: MemoryEventLog;
  let readers: Readers;

  beforeEach(async () => {
    log = new MemoryEventLog();
    readers = new Readers(log, new LogSubscriptions(log), undefined as never, undefined as never);
    await log.open(logKey(ref), [{ epoch: 1, seq: 0, event: 'created', data: '{}' }]);
  });
  afterEach(() => log.close());

  it('ends the reading of all where this process leaves, but lets those who just begin have the first event', async () => {
    const [before, beginning] = [new TestSink(), new TestSink()];
    await readers.open(ref, before);
    const opened = readers.open(ref, beginning);
    readers.leave();
    await opened;
    expect([before.events, before.ended]).toEqual([['created'], true]);
    expect([beginning.events, beginning.ended]).toEqual([['created'], false]);
  });

  it('ends the reading of one session alone', async () => {
    const [mine, other] = [new TestSink(), new TestSink()];
    await readers.open(ref, mine, { sessionId: 'mine' });
    await readers.open(ref, other, { sessionId: 'other' });
    readers.closeSession('mine');
    expect([mine.ended, other.ended]).toEqual([true, false]);
  });
});
