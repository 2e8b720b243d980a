import { signalsContract } from '../contract/signals.contract.js';
import { MemorySignals } from './signals.js';

signalsContract('memory', async () => {
  const signals = new MemorySignals();
  return { signals, another: () => signals, close: () => signals.close() };
});

describe('MemorySignals', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('keeps nothing of topics that nobody listens to any more', async () => {
    const signals = new MemorySignals();
    const { listeners } = signals as unknown as { listeners: Map<string, unknown> };
    for (let i = 0; i < 100; i++) {
      const stops = [signals.subscribe(`${i}`, () => {}), signals.subscribe(`${i}`, () => {})];
      await signals.publish(`${i}`, { v: 1 });
      for (const stop of stops) stop();
    }
    expect(listeners.size).toBe(0);
    signals.subscribe('a', () => {});
    await signals.close();
    expect(listeners.size).toBe(0);
  });

  it('warns of a listener that throws', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const signals = new MemorySignals();
    const bug = new Error('a bug of a listener');
    signals.subscribe('a', () => {
      throw bug;
    });
    await signals.publish('a', { v: 1 });
    await turn();
    expect(warn.mock.calls).toEqual([[bug]]);
    warn.mockRestore();
  });

  it('closed while it delivers tells the next ones nothing', async () => {
    const signals = new MemorySignals();
    const heard: string[] = [];
    signals.subscribe('a', () => {
      heard.push('first');
      void signals.close();
    });
    signals.subscribe('a', () => heard.push('second'));
    await signals.publish('a', { v: 1 });
    await turn();
    expect(heard).toEqual(['first']);
  });
});
