import { eventually } from '../../../../test/support/eventually.js';
import { signalsListeningContract } from './signals-listening.contract.js';
import { listen } from './signals.testing.js';
import type { Signal, Signals } from '../signals.js';

export interface OpenedSignals {
  signals: Signals;
  /** What another instance of the product has, over the same backend; the same one where instances share nothing. */
  another(): Signals;
  close(): Promise<void>;
}

/** What all Signals must do. `openBroken`: their backend does not answer. */
export function signalsContract(
  name: string,
  open: () => Promise<OpenedSignals>,
  openBroken?: () => Promise<OpenedSignals>,
): void {
  describe(`Signals: ${name}`, () => {
    let opened: OpenedSignals;
    let signals: Signals;

    beforeEach(async () => {
      opened = await open();
      signals = opened.signals;
    });
    afterEach(() => opened.close());

    describe('a signal', () => {
      it('reaches every listener of its topic, on all instances, the sender’s own included', async () => {
        const other = opened.another();
        const heard = [await listen(signals, 'a'), await listen(signals, 'a'), await listen(other, 'a')];
        await signals.publish('a', { v: 1, n: 1 });
        await eventually(() => heard.every((one) => one.length === 1));
        await other.publish('a', { v: 1, n: 2 });
        await eventually(() => heard.every((one) => one.length === 2));
        for (const one of heard)
          expect(one).toEqual([
            { v: 1, n: 1 },
            { v: 1, n: 2 },
          ]);
      });

      it('reaches nobody who listens to another topic', async () => {
        const names = ['', ' ', 'a', 'A', 'aa', 'a*', '*', '?', '[a]', 'a:b', '__proto__', 'constructor', '“Ж”\n漢字'];
        const heard = await Promise.all(names.map((topic) => listen(signals, topic)));
        await signals.publish('nobody listens', { v: 1 });
        for (const topic of names) await opened.another().publish(topic, { v: 1, topic });
        await eventually(() => heard.every((one) => one.length > 0));
        expect(heard).toEqual(names.map((topic) => [{ v: 1, topic }]));
      });

      it('comes as JSON has it', async () => {
        const heard = await listen(signals, 'a');
        const signal = {
          v: 2,
          text: '“Ж” \n \u0000 漢字',
          deep: { list: [1.5, null, false] },
          no: undefined,
          at: new Date(0),
        };
        await signals.publish('a', signal);
        await eventually(() => heard.length > 0);
        const { text, deep } = signal;
        expect(heard).toEqual([{ v: 2, text, deep, at: '1970-01-01T00:00:00.000Z' }]);
        expect('no' in heard[0]).toBe(false);
      });

      it('is what was published, whatever the sender or another listener does to it', async () => {
        const heard: Signal[] = [];
        for (let i = 0; i < 2; i++) {
          await listen(signals, 'a', (signal) => {
            heard.push(structuredClone(signal));
            (signal.list as string[]).push('by a listener');
          });
        }
        const signal = { v: 1, list: ['first'] };
        const published = signals.publish('a', signal);
        signal.list.push('by the sender');
        await published;
        await eventually(() => heard.length === 2);
        expect(heard).toEqual([
          { v: 1, list: ['first'] },
          { v: 1, list: ['first'] },
        ]);
      });

      it('may be large', async () => {
        const heard = await listen(signals, 'a');
        await signals.publish('a', { v: 1, text: 'x'.repeat(200_000) });
        await eventually(() => heard.length > 0);
        expect((heard[0].text as string).length).toBe(200_000);
      });

      it('does not reach a listener within `publish` itself', async () => {
        let within = false;
        const wasWithin: boolean[] = [];
        await listen(signals, 'a', () => wasWithin.push(within));
        within = true;
        const published = signals.publish('a', { v: 1 });
        within = false;
        await published;
        await eventually(() => wasWithin.length > 0);
        expect(wasWithin).toEqual([false]);
      });

      it('that nobody hears is gone', async () => {
        await signals.publish('a', { v: 1, n: 'before' });
        const heard = await listen(signals, 'a');
        await signals.publish('a', { v: 1, n: 'after' });
        await eventually(() => heard.length > 0);
        expect(heard).toEqual([{ v: 1, n: 'after' }]);
      });
    });

    it('come once each, in the order of each sender, though many are sent at once', async () => {
      const senders = [signals, opened.another(), opened.another()];
      const heard = [await listen(signals, 'a'), await listen(senders[1], 'a')];
      const sends = Array.from({ length: 300 }, (_, n) => senders[n % 3].publish('a', { v: 1, from: n % 3, n }));
      await Promise.all(sends);
      await eventually(() => heard.every((one) => one.length >= 300));
      for (const one of heard) {
        expect(one).toHaveLength(300);
        for (const from of [0, 1, 2]) {
          const numbers = one.filter((signal) => signal.from === from).map(({ n }) => n as number);
          expect(numbers).toEqual(Array.from({ length: 100 }, (_, i) => 3 * i + from));
        }
      }
    });

    signalsListeningContract(() => signals);

    it('close any number of times, and then nobody hears anything', async () => {
      const [heard, second] = [await listen(signals, 'a'), await listen(signals, 'b')];
      const underway = [signals.publish('a', { v: 1 }), signals.publish('b', { v: 1 })];
      await Promise.all([signals.close(), signals.close()]);
      const before = heard.length + second.length;
      await Promise.allSettled(underway);
      await signals.close();
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(heard.length + second.length).toBe(before);
    });

    if (!openBroken) return;
    it('reject with dependency_down where the backend does not answer, but may be listened to', async () => {
      const broken = await openBroken();
      const stop = broken.signals.subscribe('a', () => {});
      await expect(broken.signals.publish('a', { v: 1 })).rejects.toMatchObject({
        code: 'dependency_down',
        status: 503,
      });
      stop();
      stop();
      await broken.close();
    });
  });
}
