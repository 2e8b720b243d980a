import { eventually } from '../../../../test/support/eventually.js';
import { listen } from './signals.testing.js';
import type { Signal, Signals } from '../signals.js';

/** Listeners, one beside the other: part of `signalsContract`. */
export function signalsListeningContract(opened: () => Signals): void {
  let signals: Signals;
  beforeEach(() => {
    signals = opened();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Until everything has been heard that was published before. */
  const settle = async (topic: string) => {
    const heard = await listen(signals, topic);
    await signals.publish(topic, { v: 9 });
    await eventually(() => heard.some(({ v }) => v === 9));
  };

  describe('a listener', () => {
    it('that throws harms no other, nor who publishes', async () => {
      jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
      await listen(signals, 'a', () => {
        throw new Error('a bug of a listener');
      });
      const heard = await listen(signals, 'a');
      for (let n = 1; n <= 3; n++) await signals.publish('a', { v: 1, n });
      await eventually(() => heard.length === 3);
    });

    it('ends when it is told to, any number of times, and no other with it', async () => {
      const [first, second]: Signal[][] = [[], []];
      const stop = signals.subscribe('a', (signal) => void first.push(signal));
      await listen(signals, 'a');
      const heard = await listen(signals, 'a', (signal) => second.push(signal));
      stop();
      stop();
      first.length = 0;
      await signals.publish('a', { v: 1 });
      await eventually(() => heard.length === 1);
      stop();
      await settle('a');
      expect(first).toEqual([]);
      expect(second).toContainEqual({ v: 1 });
      expect(second).toContainEqual({ v: 9 });
    });

    it('may be there twice, and ends once at a time', async () => {
      const heard: Signal[] = [];
      const listener = (signal: Signal) => void (signal.v === 1 && heard.push(signal));
      const stops = [signals.subscribe('a', listener), signals.subscribe('a', listener)];
      await settle('a');
      await signals.publish('a', { v: 1 });
      await settle('a');
      expect(heard).toHaveLength(2);
      stops[0]();
      stops[0]();
      await signals.publish('a', { v: 1 });
      await settle('a');
      expect(heard).toHaveLength(3);
    });

    it('that another one ends hears nothing more, not even the same signal', async () => {
      const heard: Signal[] = [];
      let stop = () => {};
      await listen(signals, 'a', () => stop());
      stop = signals.subscribe('a', (signal) => void (signal.v === 1 && heard.push(signal)));
      // A signal to both reaches the earlier one first, which ends the later one.
      await signals.publish('a', { v: 1 });
      await settle('a');
      expect(heard).toEqual([]);
    });

    it('may end itself, listen anew and publish while it is called', async () => {
      const heard: number[] = [];
      const count = (signal: Signal) => {
        if (signal.v !== 1) return;
        heard.push(signal.n as number);
        stop();
        if (heard.length === 5) return;
        stop = signals.subscribe('a', count);
        void signals.publish('a', { v: 1, n: heard.length });
      };
      let stop = signals.subscribe('a', count);
      // Keeps the topic open while the other comes and goes.
      await listen(signals, 'a');
      await signals.publish('a', { v: 1, n: 0 });
      await eventually(() => heard.length === 5);
      await settle('a');
      expect(heard).toEqual([0, 1, 2, 3, 4]);
    });

    it('hears again after all had gone', async () => {
      const stop = signals.subscribe('a', () => {});
      stop();
      const heard = await listen(signals, 'a');
      stop();
      await signals.publish('a', { v: 1 });
      await eventually(() => heard.length === 1);
    });
  });
}
