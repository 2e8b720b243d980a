import { randomUUID } from 'node:crypto';
import { MemoryEventLog } from '../../../libs/event-log/memory/event-log.js';
import { type LogEntry } from '../../../libs/event-log/index.js';
import { eventually } from '../../../test/support/eventually.js';
import { Follower, type Sink } from './follower.js';
import { LogSubscriptions } from './log-subscriptions.service.js';

/** A reader that can be told to take no more. */
class TestSink implements Sink {
  seen: string[] = [];
  taking = true;
  ended = false;
  attach(): void {}
  write(entries: LogEntry[]): boolean {
    this.seen.push(...entries.map(({ epoch, seq }) => `${epoch}-${seq}`));
    return this.taking;
  }
  positions: number[] = [];
  begun = true;
  queued(position: number): boolean {
    if (this.begun) this.positions.push(position);
    return this.begun;
  }
  comment(): void {}
  end(): void {
    this.ended = true;
  }
  cut(): void {
    this.ended = true;
  }
}

describe('Follower', () => {
  let log: MemoryEventLog;
  let subscriptions: LogSubscriptions;
  let key: string;
  const entry = (epoch: number, seq: number, event = 'delta'): LogEntry => ({ epoch, seq, event, data: '{}' });

  beforeEach(async () => {
    log = new MemoryEventLog();
    subscriptions = new LogSubscriptions(log);
    key = `${randomUUID()}:${randomUUID()}`;
    await log.open(key, [entry(1, 0, 'created')]);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await log.close();
  });

  async function follow(lastSeen?: { epoch: number; seq: number }) {
    const sink = new TestSink();
    const [conversationId, id] = key.split(':');
    const follower = new Follower(key, { conversationId, id }, undefined, log, sink, (closed) =>
      subscriptions.leave(closed),
    );
    await subscriptions.join(follower);
    await follower.start(lastSeen);
    return { sink, follower };
  }
  const deltas = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => entry(1, from + i)).map((e) => e);
  const ids = (from: number, to: number) => deltas(from, to).map(({ seq }) => `1-${seq}`);

  it('shows each position once, and again one that came before anything could be shown', async () => {
    const { sink, follower } = await follow();
    sink.begun = false;
    follower.queued(7);
    sink.begun = true;
    for (const position of [7, 7, 6, 6]) follower.queued(position);
    expect(sink.positions).toEqual([7, 6]);
  });

  it('reads what is there, then hears what comes, and ends with the end', async () => {
    await log.append(key, deltas(1, 999));
    const { sink } = await follow();
    await log.append(key, deltas(1000, 1001));
    await log.append(key, [entry(1, 1002, 'final')], { retainMs: 1000 });
    await eventually(() => sink.ended);
    expect(sink.seen).toEqual(ids(0, 1002));
    expect(subscriptions.all()).toEqual([]);
  });

  it('misses no end, in whichever step of its beginning that is written', async () => {
    for (let steps = 0; steps < 25; steps++) {
      key = `${randomUUID()}:${randomUUID()}`;
      await log.open(key, [entry(1, 0, 'created')]);
      const following = follow();
      for (let i = 0; i < steps; i++) await undefined;
      await log.append(key, [entry(1, 1, 'final')], { retainMs: 1000 });
      const { sink } = await following;
      // All it still does it does in this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      expect([steps, sink.ended]).toEqual([steps, true]);
    }
  });

  it('misses nothing and repeats nothing where entries come while it reads', async () => {
    await log.append(key, deltas(1, 500));
    const read = log.read.bind(log);
    let next = 501;
    jest.spyOn(log, 'read').mockImplementation(async (...args) => {
      const slice = await read(...args);
      if (next < 520) await log.append(key, [entry(1, next++)]);
      return slice;
    });
    const { sink } = await follow();
    await log.append(key, [entry(1, next, 'final')], { retainMs: 1000 });
    await eventually(() => sink.ended);
    expect(sink.seen).toEqual(ids(0, next));
  });

  it('sees the end of a log that lost what it had read, and was closed just there', async () => {
    await log.append(key, deltas(1, 2));
    const { sink, follower } = await follow();
    await log.delete(key);
    await log.open(key, [entry(1, 0, 'created'), ...deltas(1, 1)]);
    await log.seal(key, { event: 'final', data: '{}' }, 1000);
    await follower.catchUp();
    await eventually(() => sink.ended);
    expect(sink.seen).toEqual([...ids(0, 2), ...ids(0, 2)]);
  });

  it('reads a long log in pieces, between which others have their turn', async () => {
    await log.append(key, deltas(1, 2000));
    let ms = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (ms += 10));
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns++;
      timer = setImmediate(turn);
    });
    const { sink } = await follow();
    clearImmediate(timer);
    expect(sink.seen).toEqual([...ids(0, 2000)]);
    expect(turns).toBeGreaterThanOrEqual(10);
  });

  it('takes nothing before it has found its place', async () => {
    const heads = log.heads.bind(log);
    jest.spyOn(log, 'heads').mockImplementationOnce(async (name) => {
      const found = await heads(name);
      await log.append(key, deltas(1, 2));
      return found;
    });
    const { sink } = await follow();
    await eventually(() => sink.seen.length >= 3);
    expect(sink.seen).toEqual(ids(0, 2));
  });

  it('reads the log where a notice was lost, and passes over one that comes twice', async () => {
    const { sink, follower } = await follow();
    jest.spyOn(follower, 'offer').mockImplementationOnce(() => undefined);
    await log.append(key, deltas(1, 3));
    await log.append(key, deltas(4, 4));
    follower.offer(deltas(3, 4), 'twice');
    await eventually(() => sink.seen.length === 5);
    follower.offer(deltas(4, 4), 'twice');
    expect(sink.seen).toEqual(ids(0, 4));
  });

  it('takes nothing while its sink is slow, and goes on from where it stands', async () => {
    const { sink, follower } = await follow();
    sink.taking = false;
    await log.append(key, deltas(1, 1));
    const read = jest.spyOn(log, 'read');
    for (let seq = 2; seq < 5000; seq++) await log.append(key, [entry(1, seq)]);
    expect(sink.seen).toEqual(ids(0, 1));
    expect(read).not.toHaveBeenCalled();
    expect(follower.blockedSince).toBeGreaterThan(0);
    sink.taking = true;
    follower.drained();
    await eventually(() => sink.seen.length === 5000);
    expect(sink.seen).toEqual(ids(0, 4999));
  });

  it('follows into a new epoch', async () => {
    const { sink } = await follow();
    await log.append(key, [entry(1, 1)]);
    await log.append(key, [entry(2, 0, 'reset'), entry(2, 1)]);
    await eventually(() => sink.seen.length === 4);
    expect(sink.seen).toEqual(['1-0', '1-1', '2-0', '2-1']);
  });

  it('starts over where the log was made anew behind it', async () => {
    await log.append(key, [...deltas(1, 9)]);
    const { sink, follower } = await follow({ epoch: 1, seq: 9 });
    await log.delete(key);
    await follower.catchUp();
    expect(follower.missing).toBe(true);
    await log.open(key, [entry(1, 0, 'created'), entry(3, 0, 'reset')]);
    await eventually(() => sink.seen.length === 1);
    expect(sink.seen).toEqual(['3-0']);
  });

  it('waits for a log that is not there yet', async () => {
    await log.delete(key);
    const { sink, follower } = await follow();
    expect(follower.missing).toBe(true);
    await log.open(key, [entry(1, 0, 'created')]);
    await eventually(() => sink.seen.length === 1);
    expect(sink.seen).toEqual(['1-0']);
  });

  it('goes on after a read that failed', async () => {
    const { sink, follower } = await follow();
    jest.spyOn(log, 'read').mockRejectedValueOnce(new Error('away'));
    follower.offer(deltas(2, 2), 'a hole');
    await log.append(key, deltas(1, 2));
    await eventually(() => follower.failed);
    await follower.catchUp();
    expect(sink.seen).toEqual(ids(0, 2));
    expect(follower.failed).toBe(false);
  });
});
