import { Pace } from './pace.js';

/** Busy, as work is. */
function workUntilDue(pace: Pace): void {
  while (!pace.isDue);
}

describe('Pace', () => {
  it('is due after a while of work, and not after a rest', async () => {
    const pace = new Pace();
    workUntilDue(pace);
    await pace.restIfDue();
    expect(pace.isDue).toBe(false);
  });

  it('many take turns: one piece for each turn of the event loop', async () => {
    let turn = 0;
    let done = false;
    const countTurns = () => {
      turn++;
      if (!done) setImmediate(countTurns);
    };
    setImmediate(countTurns);
    const turns: number[] = [];
    const work = async () => {
      const pace = new Pace();
      for (let i = 0; i < 3; i++) {
        await pace.rest();
        turns.push(turn);
      }
    };
    await Promise.all([work(), work(), work()]);
    done = true;
    expect(turns).toHaveLength(9);
    expect(new Set(turns).size).toBe(9);
  });
});
