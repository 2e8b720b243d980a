import { randomUUID } from 'node:crypto';
import { dependencyDown } from '../../../libs/errors/index.js';
import { MemoryEventLog } from '../../../libs/event-log/memory/event-log.js';
import type { LogEntry } from '../../../libs/event-log/index.js';
import { FlushTicker } from './flush-ticker.service.js';
import { LogWriter } from './log-writer.js';

describe('LogWriter', () => {
  let log: MemoryEventLog;
  let key: string;
  let said: string;
  const created: LogEntry = { epoch: 1, seq: 0, event: 'created', data: '{}' };
  const closing = { event: 'final', data: '{}' };
  const owner = {
    fenced: jest.fn(),
    failed: jest.fn(),
    claimNext: jest.fn(async () => true),
    opening: jest.fn(() => [
      created,
      { epoch: 2, seq: 0, event: 'reset', data: '{"reason":"log_lost"}' },
      { epoch: 2, seq: 1, event: 'delta', data: JSON.stringify({ text: said }) },
    ]),
  };

  beforeEach(async () => {
    jest.clearAllMocks();
    log = new MemoryEventLog();
    key = randomUUID();
    said = '';
    await log.open(key, [created]);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await log.close();
  });

  const open = () => new LogWriter(log, new FlushTicker(), key, 1, owner);
  const say = (writer: LogWriter, text: string) => {
    said += text;
    writer.write(text);
  };
  const entries = async () => (await log.read(key, undefined, 1000))!.entries;
  const text = async () =>
    (await entries())
      .map(({ event, data }) => (event === 'reset' ? '|' : event === 'delta' ? JSON.parse(data).text : ''))
      .join('');

  it('writes the first text at once and what follows in batches', async () => {
    const append = jest.spyOn(log, 'append');
    const writer = open();
    say(writer, 'a');
    expect(append).toHaveBeenCalledTimes(1);
    await writer.settled();
    for (const letter of 'bcdefgh') say(writer, letter);
    expect(append).toHaveBeenCalledTimes(1);
    await writer.append(closing, { retainMs: 1000 });
    expect(append).toHaveBeenCalledTimes(2);
    expect((await entries()).map(({ event }) => event)).toEqual(['created', 'delta', 'delta', 'final']);
    expect(await text()).toBe('abcdefgh');
  });

  it('leaves a pause after each batch, from the first text on', async () => {
    jest.useFakeTimers();
    try {
      const append = jest.spyOn(log, 'append');
      const writer = open();
      const batchesAfter = async (ms: number, letter: string) => {
        say(writer, letter);
        await jest.advanceTimersByTimeAsync(ms);
        return append.mock.calls.length;
      };
      expect(await batchesAfter(20, 'a')).toBe(1);
      expect([await batchesAfter(4, 'b'), await batchesAfter(10, 'c')]).toEqual([1, 2]);
      expect([await batchesAfter(20, 'd'), await batchesAfter(20, 'e')]).toEqual([2, 3]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('repeats a batch with the same ids and bytes until the log answers', async () => {
    const append = log.append.bind(log);
    const seen: string[] = [];
    jest.spyOn(log, 'append').mockImplementation(async (key, batch, end) => {
      seen.push(JSON.stringify(batch));
      if (seen.length === 1) throw dependencyDown('log');
      const result = await append(key, batch, end);
      // Written, but the answer got lost.
      if (seen.length === 2) throw dependencyDown('log');
      return result;
    });
    const writer = open();
    say(writer, 'a');
    say(writer, 'b');
    await writer.settled();
    expect(seen.slice(0, 3)).toEqual([seen[0], seen[0], seen[0]]);
    await writer.append(closing, { retainMs: 1000 });
    expect(await text()).toBe('ab');
    expect((await entries()).map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  });

  it('stops, and touches nothing, where another owner writes', async () => {
    const writer = open();
    await log.append(key, [{ epoch: 2, seq: 0, event: 'reset', data: '{}' }]);
    say(writer, 'late');
    await writer.settled();
    expect(owner.fenced).toHaveBeenCalledTimes(1);
    say(writer, 'later');
    expect(await writer.append(closing, { retainMs: 1000 })).toBe('fenced');
    expect(await text()).toBe('|');
  });

  it('begins the next epoch with the text so far where the log was lost', async () => {
    const writer = open();
    say(writer, 'a');
    await writer.settled();
    await log.delete(key);
    say(writer, 'b');
    writer.flush();
    say(writer, 'c');
    await writer.settled();
    say(writer, 'd');
    await writer.append(closing, { retainMs: 1000 });
    expect(owner.claimNext).toHaveBeenCalledTimes(1);
    const all = await entries();
    expect(all.map(({ epoch, seq }) => `${epoch}-${seq}`)).toEqual(['1-0', '2-0', '2-1', '2-2', '2-3']);
    expect(await text()).toBe('|abcd');
  });

  it('finds a lost log by looking, where there is nothing to write', async () => {
    const writer = open();
    say(writer, 'a');
    await writer.settled();
    await writer.check();
    expect(owner.claimNext).not.toHaveBeenCalled();
    await log.delete(key);
    await writer.check();
    expect(await text()).toBe('|a');
  });

  describe('where the log lost its newest entries', () => {
    /** Leaves only so many, as a server that kept all but its last second. */
    const cut = async (left: number) => {
      const kept = (await entries()).slice(0, left);
      await log.delete(key);
      await log.open(key, kept);
    };
    const begin = async (...batches: string[]) => {
      const writer = open();
      for (const text of batches) {
        say(writer, text);
        writer.flush();
        await writer.settled();
      }
      return writer;
    };

    it('begins the next epoch with the text so far', async () => {
      const writer = await begin('a', 'b', 'c');
      await cut(2);
      say(writer, 'd');
      writer.flush();
      await writer.settled();
      say(writer, 'e');
      await writer.append(closing, { retainMs: 1000 });
      expect(owner.failed).not.toHaveBeenCalled();
      expect(await text()).toBe('a|abcde');
      expect((await entries()).at(-1)).toEqual({ epoch: 2, seq: 3, ...closing });
    });

    it('finds it by looking, where there is nothing to write', async () => {
      const writer = await begin('a', 'b');
      await writer.check();
      expect(owner.claimNext).not.toHaveBeenCalled();
      await cut(2);
      await writer.check();
      await writer.check();
      expect(owner.claimNext).toHaveBeenCalledTimes(1);
      expect(await text()).toBe('a|ab');
    });
  });

  it('is fenced where somebody else has claimed the lost log', async () => {
    owner.claimNext.mockResolvedValueOnce(false);
    const writer = open();
    await log.delete(key);
    say(writer, 'a');
    await writer.settled();
    expect(owner.fenced).toHaveBeenCalledTimes(1);
    expect(await log.read(key, undefined, 1)).toBeNull();
  });

  it('holds the reader of the model back while the log is away, and lets it go on', async () => {
    let away = true;
    const append = log.append.bind(log);
    jest.spyOn(log, 'append').mockImplementation(async (key, batch, end) => {
      if (away) throw dependencyDown('log');
      return append(key, batch, end);
    });
    const writer = open();
    say(writer, 'x'.repeat(1_000_001));
    expect(writer.full).toBe(true);
    const caughtUp = writer.caughtUp(new AbortController().signal);
    away = false;
    await caughtUp;
    expect(writer.full).toBe(false);
    expect((await text()).length).toBe(1_000_001);
  });

  it('reports a refusal that repeating does not mend', async () => {
    jest.spyOn(log, 'append').mockRejectedValue(new Error('a hole'));
    const writer = open();
    say(writer, 'a');
    await writer.settled();
    expect(owner.failed).toHaveBeenCalledTimes(1);
  });
});
