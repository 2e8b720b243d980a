import { eventually } from '../../../test/support/eventually.js';
import { entriesOf, entry, newKey, show } from './event-log.testing.js';
import { comparePositions, type EventLog, type LogEntry } from '../event-log.js';

const DAY_MS = 86_400_000;

/** Subscriptions: part of `eventLogContract`. Notices may come twice, so what is counted is what is new. */
export function eventLogListeningContract(opened: () => EventLog): void {
  describe('subscribe', () => {
    let log: EventLog;
    let key: string;
    beforeEach(() => {
      log = opened();
      key = newKey();
    });

    /** Listens; `heard` has the entries that came, each once. */
    const listen = async (at = key) => {
      const heard: LogEntry[] = [];
      const listener = {
        entries: (entries: LogEntry[]) => {
          for (const one of entries) {
            if (!heard.some((other) => comparePositions(one, other) === 0)) heard.push(one);
          }
        },
        interrupted: () => {},
      };
      const stop = await log.subscribe(at, listener);
      return { heard, stop, listener, hears: (text: string) => eventually(() => show(heard) === text) };
    };

    it('tells what is appended from then on, in order, whole', async () => {
      await log.open(key, entriesOf(1, 0, 1));
      const { heard, hears } = await listen();
      await log.append(key, [entry(1, 2)]);
      await log.append(key, entriesOf(1, 3, 5));
      await log.append(key, [entry(2, 0)], { retainMs: DAY_MS });
      await hears('1-2 1-3 1-4 1-5 2-0');
      expect(heard).toEqual([...entriesOf(1, 2, 5), entry(2, 0)]);
    });

    it('may come before the log, and outlives it', async () => {
      const { heard, hears } = await listen();
      await log.open(key, [entry(1, 0)]);
      await hears('1-0');
      await log.delete(key);
      await log.open(key, [entry(1, 0), entry(2, 0)]);
      await log.append(key, [entry(2, 1)]);
      await hears('1-0 2-0 2-1');
      expect(heard).toHaveLength(3);
    });

    it('tells the last entries of a log that is gone at once', async () => {
      await log.open(key, [entry(1, 0)]);
      const { hears } = await listen();
      await log.append(key, entriesOf(1, 1, 2), { retainMs: 0 });
      await hears('1-1 1-2');
    });

    it('tells nothing of what was not written', async () => {
      await log.open(key, [entry(1, 0), entry(2, 0)]);
      const { hears } = await listen();
      expect(await log.append(key, [entry(1, 1)])).toBe('fenced');
      expect(await log.append(key, [entry(2, 2)])).toBe('missing');
      await log.append(key, [entry(2, 1)], { retainMs: DAY_MS });
      expect(await log.append(key, [entry(3, 0)])).toBe('fenced');
      await log.delete(key);
      await log.open(key, [entry(4, 0)]);
      await hears('2-1 4-0');
    });

    it('tells the rest of a half-written batch', async () => {
      await log.open(key, [entry(1, 0)]);
      const { hears } = await listen();
      await log.append(key, entriesOf(1, 1, 2));
      await log.append(key, entriesOf(1, 1, 4));
      await hears('1-1 1-2 1-3 1-4');
    });

    it('tells every listener, of its own log only', async () => {
      const other = newKey();
      const [a, b, c] = [await listen(), await listen(), await listen(other)];
      await log.open(key, [entry(1, 0)]);
      await log.open(other, entriesOf(5, 0, 1));
      await Promise.all([a.hears('1-0'), b.hears('1-0'), c.hears('5-0 5-1')]);
    });

    it('ends for the one who ends it, any number of times', async () => {
      await log.open(key, [entry(1, 0)]);
      const [gone, stays] = [await listen(), await listen()];
      await log.append(key, [entry(1, 1)]);
      await Promise.all([gone.hears('1-1'), stays.hears('1-1')]);
      gone.stop();
      gone.stop();
      await log.append(key, [entry(1, 2)]);
      await stays.hears('1-1 1-2');
      gone.stop();
      await log.append(key, [entry(1, 3)]);
      await stays.hears('1-1 1-2 1-3');
      expect(show(gone.heard)).toBe('1-1');
    });

    it('begins anew after all have ended', async () => {
      await log.open(key, [entry(1, 0)]);
      const first = await listen();
      first.stop();
      const second = await listen();
      first.stop();
      await log.append(key, [entry(1, 1)]);
      await second.hears('1-1');
      expect(first.heard).toEqual([]);
    });

    it('takes the same listener twice, each subscription being its own', async () => {
      await log.open(key, [entry(1, 0)]);
      const { listener, stop, hears } = await listen();
      const stopOther = await log.subscribe(key, listener);
      stop();
      stop();
      await log.append(key, [entry(1, 1)]);
      await hears('1-1');
      stopOther();
    });

    it('with reads leaves no hole, whenever it begins', async () => {
      await log.open(key, [entry(1, 0)]);
      const write = async () => {
        for (let seq = 1; seq <= 300; seq++) await log.append(key, [entry(1, seq)]);
      };
      const follow = async () => {
        const { heard, listener } = await listen();
        listener.entries((await log.read(key, undefined, 1000))!.entries);
        await eventually(() => heard.length === 301);
        return heard.sort(comparePositions);
      };
      const writing = write();
      const followers = [follow(), follow().then(follow), follow()];
      await writing;
      for (const heard of await Promise.all(followers)) expect(show(heard)).toBe(show(entriesOf(1, 0, 300)));
    });
  });
}
