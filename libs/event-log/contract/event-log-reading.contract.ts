import { entriesOf, entry, newKey, show, shown } from './event-log.testing.js';
import { comparePositions, type EventLog, type LogEntry, type LogPosition, type LogSlice } from '../event-log.js';

const DAY_MS = 86_400_000;

/** Reading, heads, deleting, and several at once: part of `eventLogContract`. */
export function eventLogReadingContract(opened: () => EventLog): void {
  let log: EventLog;
  let key: string;
  beforeEach(() => {
    log = opened();
    key = newKey();
  });
  const all = () => shown(log, key);

  describe('read', () => {
    const read = async (after: string | undefined, limit = 100): Promise<LogSlice> => {
      const [epoch, seq] = (after ?? '').split('-').map(Number);
      return (await log.read(key, after === undefined ? undefined : { epoch, seq }, limit))!;
    };
    const make = async () => {
      await log.open(key, entriesOf(1, 0, 2));
      await log.append(key, entriesOf(3, 0, 11));
    };
    const third = show(entriesOf(3, 0, 11));

    it('knows nothing of a missing log', async () => {
      expect(await log.read(key, undefined, 10)).toBeNull();
      expect(await log.read(key, { epoch: 1, seq: 0 }, 10)).toBeNull();
      expect(await log.heads(key)).toBeNull();
    });

    it.each([
      [undefined, `1-0 1-1 1-2 ${third}`],
      ['1-0', `1-1 1-2 ${third}`],
      ['1-2', third],
      ['1-50', third],
      ['2-0', third],
      ['2-9', third],
      ['3-8', '3-9 3-10 3-11'],
      ['3-9', '3-10 3-11'],
      ['3-11', ''],
      ['3-12', ''],
      ['4-0', ''],
    ])('after %s', async (after, expected) => {
      await make();
      const slice = await read(after);
      expect(show(slice.entries)).toBe(expected);
      expect(slice).toMatchObject({ last: { epoch: 3, seq: 11 }, ended: false });
    });

    it('gives at most so many, the oldest, and tells the newest position all the same', async () => {
      await make();
      await log.append(key, [entry(3, 12)], { retainMs: DAY_MS });
      for (const [after, limit, expected] of [
        [undefined, 1, '1-0'],
        [undefined, 4, '1-0 1-1 1-2 3-0'],
        ['1-1', 2, '1-2 3-0'],
        ['3-10', 2, '3-11 3-12'],
        ['3-10', 3, '3-11 3-12'],
        ['3-12', 1, ''],
      ] as const) {
        const { entries, last, ended } = await read(after, limit);
        expect(show(entries)).toBe(expected);
        expect({ ...last, ended }).toEqual({ epoch: 3, seq: 12, ended: true });
      }
    });

    it('gives a long log in pages, whole', async () => {
      await log.open(key, entriesOf(1, 0, 1499));
      await log.append(key, entriesOf(2, 0, 1499));
      const found: LogEntry[] = [];
      for (let after: LogPosition | undefined; ; after = found[found.length - 1]) {
        const { entries, last } = (await log.read(key, after, 256))!;
        found.push(...entries);
        if (comparePositions(found[found.length - 1], last) === 0) break;
      }
      expect(found).toEqual([...entriesOf(1, 0, 1499), ...entriesOf(2, 0, 1499)]);
    });

    it('gives every text back as it was written', async () => {
      const texts = [
        '',
        '{}',
        '"\\n\\u0000"',
        '“Ж” 漢字 👩‍👩‍👧 e\u0301',
        "'; -- \u2028 \0 \\",
        JSON.stringify('x'.repeat(300_000)),
      ];
      const entries = texts.map((data, seq) => ({ epoch: 1, seq, event: `event ${seq}`, data }));
      await log.open(key, entries.slice(0, 1));
      await log.append(key, entries.slice(1));
      expect((await log.read(key, undefined, 100))?.entries).toEqual(entries);
    });
  });

  describe('heads', () => {
    it('are the same entry in the first epoch', async () => {
      await log.open(key, entriesOf(1, 0, 3));
      expect(await log.heads(key)).toEqual({ created: entry(1, 0), epoch: entry(1, 0) });
    });

    it('are the first of the log and the first of the newest epoch', async () => {
      await log.open(key, entriesOf(1, 0, 12));
      await log.append(key, [entry(2, 0)]);
      expect(await log.heads(key)).toEqual({ created: entry(1, 0), epoch: entry(2, 0) });
      await log.append(key, entriesOf(11, 0, 12), { retainMs: DAY_MS });
      expect(await log.heads(key)).toEqual({ created: entry(1, 0), epoch: entry(11, 0) });
    });

    it('are found in a log that began in a later epoch', async () => {
      await log.open(key, [entry(1, 0), entry(3, 0)]);
      await log.append(key, entriesOf(3, 1, 2));
      expect(await log.heads(key)).toEqual({ created: entry(1, 0), epoch: entry(3, 0) });
    });
  });

  describe('delete', () => {
    it('drops a log, ended or not, and takes a missing one', async () => {
      await log.delete(key);
      for (const end of [undefined, { retainMs: DAY_MS }]) {
        await log.open(key, [entry(1, 0)]);
        await log.append(key, [entry(1, 1)], end);
        await log.delete(key);
        await log.delete(key);
        expect(await all()).toBeNull();
        expect(await log.append(key, [entry(1, 2)])).toBe('missing');
      }
    });
  });

  it('keeps logs apart', async () => {
    const keys = [key, `${key}:1`, `${key}*`, `${key} ü`, key.toUpperCase()];
    for (const [i, other] of keys.entries()) await log.open(other, entriesOf(1, 0, i));
    await log.append(keys[1], [entry(2, 0)]);
    await log.append(keys[2], [entry(1, 3)], { retainMs: 0 });
    await log.delete(keys[3]);
    expect(await Promise.all(keys.map((other) => shown(log, other)))).toEqual([
      '1-0',
      '1-0 1-1 2-0',
      null,
      null,
      '1-0 1-1 1-2 1-3 1-4',
    ]);
    expect(await log.append(keys[0], [entry(1, 1)])).toBe('written');
  });

  describe('at once', () => {
    it('the same write many times is once', async () => {
      const opens = await Promise.all(Array.from({ length: 20 }, () => log.open(key, entriesOf(1, 0, 1))));
      const appends = await Promise.all(Array.from({ length: 20 }, () => log.append(key, entriesOf(1, 2, 5))));
      expect(new Set([...opens, ...appends])).toEqual(new Set(['written']));
      expect(await all()).toBe(show(entriesOf(1, 0, 5)));
    });

    it('of two owners the later one wins, and nothing of the former follows it', async () => {
      await log.open(key, [entry(1, 0)]);
      const former = async () => {
        const written: LogEntry[] = [entry(1, 0)];
        for (let seq = 1; (await log.append(key, [entry(1, seq)])) === 'written'; seq++) written.push(entry(1, seq));
        return written;
      };
      const later = async () => {
        for (let i = 0; i < 10; i++) await log.read(key, undefined, 1);
        return Promise.all([log.append(key, [entry(2, 0)]), log.append(key, [entry(2, 0)])]);
      };
      const [written, results] = await Promise.all([former(), later()]);
      expect(results).toEqual(['written', 'written']);
      expect(await all()).toBe(show([...written, entry(2, 0)]));
    });

    it('of several ends one is written', async () => {
      await log.open(key, [entry(1, 0)]);
      const epochs = [2, 3, 4, 5];
      const results = await Promise.all(
        epochs.map((epoch) => log.append(key, [entry(epoch, 0)], { retainMs: DAY_MS })),
      );
      expect([...results].sort()).toEqual(['fenced', 'fenced', 'fenced', 'written']);
      expect(await all()).toBe(`1-0 ${epochs[results.indexOf('written')]}-0`);
    });

    it('readers see whole batches, and the end with its entries', async () => {
      await log.open(key, [entry(1, 0)]);
      let done = false;
      const write = async () => {
        for (let from = 1; from < 1000; from += 50) {
          await log.append(key, entriesOf(1, from, from + 49), from === 951 ? { retainMs: DAY_MS } : undefined);
        }
        done = true;
      };
      const reader = async () => {
        while (!done) {
          const { entries, last, ended } = (await log.read(key, undefined, 2000))!;
          expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i));
          expect(last).toEqual({ epoch: 1, seq: entries.length - 1 });
          expect(last.seq % 50).toBe(0);
          expect(ended).toBe(last.seq === 1000);
        }
      };
      await Promise.all([reader(), reader(), write()]);
      expect(await log.read(key, { epoch: 1, seq: 999 }, 5)).toEqual({
        entries: [entry(1, 1000)],
        last: { epoch: 1, seq: 1000 },
        ended: true,
      });
    });
  });
}
