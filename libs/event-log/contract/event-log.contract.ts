import { eventually } from '../../../test/support/eventually.js';
import { eventLogListeningContract } from './event-log-listening.contract.js';
import { eventLogReadingContract } from './event-log-reading.contract.js';
import { entriesOf, entry, newKey, type Opened, shown } from './event-log.testing.js';
import type { EventLog } from '../event-log.js';

const DAY_MS = 86_400_000;
/** Longer than a busy machine needs from one call to the next. */
const SOON_MS = 3_000;

/** What every EventLog must do. `openBroken`: one whose backend does not answer. */
export function eventLogContract(name: string, open: () => Promise<Opened>, openBroken?: () => Promise<Opened>): void {
  describe(`EventLog: ${name}`, () => {
    let opened: Opened;
    let log: EventLog;
    let key: string;

    beforeEach(async () => {
      opened = await open();
      log = opened.log;
      key = newKey();
    });
    afterEach(() => opened.close());

    const all = () => shown(log, key);
    const begin = () => log.open(key, [entry(1, 0)]);
    const isEnded = async () => (await log.read(key, undefined, 1))?.ended;

    describe('open', () => {
      it('makes a log that is missing', async () => {
        expect(await log.open(key, entriesOf(1, 0, 2))).toBe('written');
        expect(await log.read(key, undefined, 10)).toEqual({
          entries: entriesOf(1, 0, 2),
          last: { epoch: 1, seq: 2 },
          ended: false,
        });
      });

      it('makes one that begins in a later epoch too', async () => {
        expect(await log.open(key, [entry(1, 0), entry(3, 0)])).toBe('written');
        expect(await all()).toBe('1-0 3-0');
        expect(await log.append(key, [entry(3, 1)])).toBe('written');
        expect(await log.append(key, [entry(2, 0)])).toBe('fenced');
        expect(await all()).toBe('1-0 3-0 3-1');
      });

      it('the same twice is once', async () => {
        expect(await begin()).toBe('written');
        expect(await begin()).toBe('written');
        await log.append(key, entriesOf(1, 1, 3));
        expect(await begin()).toBe('written');
        expect(await all()).toBe('1-0 1-1 1-2 1-3');
      });

      it('appends to one that exists what is not of an older epoch', async () => {
        await log.open(key, entriesOf(1, 0, 4));
        expect(await log.open(key, [entry(1, 0), entry(2, 0)])).toBe('written');
        expect(await log.open(key, [entry(1, 0), entry(4, 0)])).toBe('written');
        expect(await all()).toBe('1-0 1-1 1-2 1-3 1-4 2-0 4-0');
      });

      it('is fenced where all entries are of an older epoch', async () => {
        await log.open(key, [entry(1, 0), entry(3, 0)]);
        expect(await begin()).toBe('fenced');
        expect(await log.open(key, [entry(1, 0), entry(2, 0)])).toBe('fenced');
        expect(await all()).toBe('1-0 3-0');
      });

      it('is fenced where the log has ended, except for what stands', async () => {
        await begin();
        await log.append(key, [entry(1, 1)], { retainMs: DAY_MS });
        expect(await begin()).toBe('written');
        expect(await log.open(key, [entry(1, 0), entry(2, 0)])).toBe('fenced');
        expect(await all()).toBe('1-0 1-1');
      });

      it('makes a log anew after it was dropped', async () => {
        await log.open(key, entriesOf(1, 0, 9));
        await log.delete(key);
        expect(await log.open(key, [entry(1, 0), entry(2, 0)])).toBe('written');
        expect(await all()).toBe('1-0 2-0');
      });
    });

    describe('append', () => {
      it('says that a log is missing, and makes none', async () => {
        expect(await log.append(key, [entry(1, 0)])).toBe('missing');
        expect(await log.append(key, [entry(1, 0)], { retainMs: DAY_MS })).toBe('missing');
        expect(await log.read(key, undefined, 1)).toBeNull();
      });

      it('writes within the epoch and begins a new one, with gaps between epochs', async () => {
        await begin();
        expect(await log.append(key, entriesOf(1, 1, 2))).toBe('written');
        expect(await log.append(key, entriesOf(2, 0, 1))).toBe('written');
        expect(await log.append(key, [entry(7, 0)])).toBe('written');
        expect(await all()).toBe('1-0 1-1 1-2 2-0 2-1 7-0');
      });

      it('fences an older epoch, at any seq, ending or not', async () => {
        await begin();
        await log.append(key, [entry(2, 0)]);
        for (const seq of [0, 1, 2, 50]) expect(await log.append(key, [entry(1, seq)])).toBe('fenced');
        expect(await log.append(key, [entry(1, 1)], { retainMs: 0 })).toBe('fenced');
        expect(await all()).toBe('1-0 2-0');
        expect(await isEnded()).toBe(false);
      });

      it('takes the same write twice as once, also after later ones', async () => {
        await begin();
        const batch = entriesOf(1, 1, 3);
        for (let i = 0; i < 3; i++) expect(await log.append(key, batch)).toBe('written');
        expect(await log.append(key, [entry(1, 4)])).toBe('written');
        expect(await log.append(key, batch)).toBe('written');
        expect(await all()).toBe('1-0 1-1 1-2 1-3 1-4');
      });

      it('never changes what stands', async () => {
        await begin();
        expect(await log.append(key, [entry(1, 0, '"other"'), entry(1, 1)])).toBe('written');
        expect((await log.read(key, undefined, 10))?.entries).toEqual(entriesOf(1, 0, 1));
      });

      it('writes the rest of a half-written batch, and its end', async () => {
        await begin();
        await log.append(key, entriesOf(1, 1, 2));
        expect(await log.append(key, entriesOf(1, 1, 4))).toBe('written');
        expect(await isEnded()).toBe(false);
        expect(await log.append(key, entriesOf(1, 3, 6), { retainMs: DAY_MS })).toBe('written');
        expect(await all()).toBe('1-0 1-1 1-2 1-3 1-4 1-5 1-6');
        expect(await isEnded()).toBe(true);
      });

      it.each([
        ['in the same epoch', [entry(1, 2)]],
        ['in one whose beginning is not there', [entry(2, 1)]],
        ['with a whole batch', entriesOf(2, 7, 9)],
      ])('says that it is missing what the entries follow on, %s, and writes nothing', async (_, entries) => {
        await begin();
        expect(await log.append(key, entries)).toBe('missing');
        expect(await log.append(key, entries, { retainMs: DAY_MS })).toBe('missing');
        expect(await all()).toBe('1-0');
        expect(await isEnded()).toBe(false);
        expect(await log.open(key, [entry(1, 0), ...entriesOf(3, 0, 1)])).toBe('written');
        expect(await log.append(key, entries)).toBe('fenced');
        expect(await all()).toBe('1-0 3-0 3-1');
      });

      it.each([
        ['among new entries', [entry(1, 1), entry(1, 3)]],
        ['after what stands', [entry(1, 0), entry(1, 2)]],
      ])('rejects a hole within the batch, %s, and writes nothing', async (_, entries) => {
        await begin();
        await expect(log.append(key, entries)).rejects.toThrow();
        await expect(log.append(key, entries, { retainMs: 0 })).rejects.toThrow();
        expect(await all()).toBe('1-0');
        expect(await isEnded()).toBe(false);
      });
    });

    describe('the end', () => {
      it('fences whatever comes later', async () => {
        await begin();
        expect(await log.append(key, [entry(1, 1)], { retainMs: DAY_MS })).toBe('written');
        expect(await log.append(key, [entry(1, 2)])).toBe('fenced');
        expect(await log.append(key, entriesOf(1, 1, 2))).toBe('fenced');
        expect(await log.append(key, [entry(2, 0)], { retainMs: DAY_MS })).toBe('fenced');
        expect(await all()).toBe('1-0 1-1');
        expect(await isEnded()).toBe(true);
      });

      it('written twice is once', async () => {
        await begin();
        for (let i = 0; i < 3; i++) {
          expect(await log.append(key, [entry(1, 1)], { retainMs: DAY_MS })).toBe('written');
        }
        expect(await all()).toBe('1-0 1-1');
      });

      it('comes with an entry that stands already', async () => {
        await begin();
        await log.append(key, [entry(1, 1)]);
        expect(await log.append(key, [entry(1, 1)], { retainMs: DAY_MS })).toBe('written');
        expect(await isEnded()).toBe(true);
        expect(await log.append(key, [entry(1, 2)])).toBe('fenced');
      });

      it('with 0 to live drops the log at once', async () => {
        await begin();
        expect(await log.append(key, [entry(1, 1)], { retainMs: 0 })).toBe('written');
        expect(await all()).toBeNull();
        expect(await log.heads(key)).toBeNull();
        expect(await log.append(key, [entry(1, 1)], { retainMs: 0 })).toBe('missing');
        expect(await log.open(key, [entry(1, 0), entry(2, 0)])).toBe('written');
        expect(await all()).toBe('1-0 2-0');
      });

      it('drops the log when its time is over, and not before', async () => {
        await begin();
        const from = Date.now();
        await log.append(key, [entry(1, 1)], { retainMs: 300 });
        await eventually(async () => (await log.read(key, undefined, 1)) === null);
        expect(Date.now() - from).toBeGreaterThanOrEqual(295);
        expect(await log.heads(key)).toBeNull();
        expect(await log.append(key, [entry(1, 2)])).toBe('missing');
        expect(await begin()).toBe('written');
        expect(await isEnded()).toBe(false);
      });

      it.each([25, 400])('keeps a log for %i days', async (days) => {
        const brief = newKey();
        await begin();
        await log.append(key, [entry(1, 1)], { retainMs: days * DAY_MS });
        await log.open(brief, [entry(1, 0)]);
        await log.append(brief, [entry(1, 1)], { retainMs: 50 });
        await eventually(async () => (await shown(log, brief)) === null);
        expect(await all()).toBe('1-0 1-1');
        expect(await isEnded()).toBe(true);
      });
    });

    describe('seal', () => {
      const content = { event: 'error', data: '{}' };

      it('closes the log behind its newest entry, and fences its writer', async () => {
        await begin();
        await log.append(key, [entry(2, 0)]);
        expect(await log.seal(key, content, DAY_MS)).toBe(true);
        expect(await all()).toBe('1-0 2-0 2-1');
        expect((await log.read(key, { epoch: 2, seq: 0 }, 10))?.entries).toEqual([{ epoch: 2, seq: 1, ...content }]);
        expect(await isEnded()).toBe(true);
        expect(await log.append(key, entriesOf(2, 1, 2))).toBe('fenced');
        expect(await log.append(key, [entry(3, 0)])).toBe('fenced');
      });

      it('is written whatever is appended meanwhile, and once', async () => {
        await begin();
        const appends = Array.from({ length: 20 }, (_, i) => log.append(key, entriesOf(1, 1, i + 1)));
        const seals = Array.from({ length: 3 }, () => log.seal(key, content, DAY_MS));
        await Promise.all([...appends, ...seals]);
        const entries = (await log.read(key, undefined, 100))!.entries;
        expect(entries.filter(({ event }) => event === 'error')).toEqual([entries.at(-1)]);
      });

      it('shortens the life of a log that has ended, and never lengthens it', async () => {
        const brief = newKey();
        await begin();
        await log.append(key, [entry(1, 1)], { retainMs: DAY_MS });
        await log.open(brief, [entry(1, 0)]);
        await log.append(brief, [entry(1, 1)], { retainMs: SOON_MS });
        expect([await log.seal(brief, content, DAY_MS), await log.seal(key, content, SOON_MS)]).toEqual([true, true]);
        expect((await all()) ?? []).not.toContain('1-2');
        await eventually(async () => (await shown(log, brief)) === null && (await all()) === null);
        expect(await log.seal(key, content, SOON_MS)).toBe(false);
      });

      it('with 0 to live drops the log, ended or not', async () => {
        await begin();
        expect(await log.seal(key, content, 0)).toBe(true);
        expect(await all()).toBeNull();
        await begin();
        await log.append(key, [entry(1, 1)], { retainMs: DAY_MS });
        expect(await log.seal(key, content, 0)).toBe(true);
        expect(await all()).toBeNull();
      });
    });

    eventLogReadingContract(() => log);
    eventLogListeningContract(() => log);

    it('closes any number of times', async () => {
      await begin();
      await log.subscribe(key, { entries: () => {}, interrupted: () => {} });
      await Promise.all([log.close(), log.close()]);
      await log.close();
    });

    if (!openBroken) return;
    it('rejects with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.log.open(key, [entry(1, 0)]),
        () => broken.log.append(key, [entry(1, 1)]),
        () => broken.log.append(key, [entry(1, 1)], { retainMs: 0 }),
        () => broken.log.seal(key, { event: 'error', data: '{}' }, 1),
        () => broken.log.read(key, undefined, 1),
        () => broken.log.heads(key),
        () => broken.log.delete(key),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
