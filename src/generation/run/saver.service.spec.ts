import type { Leases } from '../../rate-limit/index.js';
import type { Messages } from '../../chat/store/index.js';
import type { Run } from './run.js';
import type { ActiveRuns } from './active-runs.service.js';
import { Saver } from './saver.service.js';

const NOTHING = { epoch: 1, textLength: 0, written: 0, parts: 0 };

describe('Saver', () => {
  const run = (id: string, check: () => Promise<void>) =>
    ({
      answer: { id, conversationId: 'c', userId: 'u', spent: null },
      ...{ text: '', epoch: 1, owner: 'o', usage: null, leasedAt: performance.now(), log: { check } },
      ...{ saved: NOTHING, progress: NOTHING },
      signal: new AbortController().signal,
    }) as unknown as Run;

  it('sends parts that came before any text with the first of it', async () => {
    const writing = Object.assign(
      run('writing', async () => undefined),
      {
        parts: { since: (from: number) => ({ from, items: [] }) },
      },
    );
    const runs = { size: 1, all: () => [writing], has: () => true } as unknown as ActiveRuns;
    const save = jest.fn(async (saves: unknown[]) => saves.map(() => ({ held: true, stop: false })));
    const saver = new Saver(runs, { save } as unknown as Messages, {} as Leases);
    const sent = async (parts: number, text: string) => {
      Object.assign(writing, { text, progress: { epoch: 1, textLength: text.length, written: 9, parts } });
      await saver.save();
      return (save.mock.calls.at(-1)![0] as { parts?: { from: number } }[])[0].parts?.from;
    };
    expect([await sent(7, ''), await sent(8, 'a'), await sent(8, 'a'), await sent(9, 'ab')]).toEqual([
      ...[undefined, 0, undefined, 8],
    ]);
  });

  it('saves all of them on while the log of one can’t be opened anew', async () => {
    const check = jest.fn(() => new Promise<void>(() => {}));
    const all = [run('silent', check), run('other', async () => undefined)];
    const runs = { size: all.length, all: () => all, has: () => true } as unknown as ActiveRuns;
    const save = jest.fn(async (saves: unknown[]) => saves.map(() => ({ held: true, stop: false })));
    const saver = new Saver(runs, { save } as unknown as Messages, {} as Leases);
    for (const times of [1, 2, 3]) {
      await saver.save();
      expect([save.mock.calls.length, check.mock.calls.length]).toEqual([times, times]);
    }
  });
});
