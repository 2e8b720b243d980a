import { Turns } from './turns.js';

/** Work that ends when it is told to. */
function work(): { run: () => Promise<string>; begun: boolean; end: () => void } {
  let end!: () => void;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const one = {
    begun: false,
    end,
    run: async () => {
      one.begun = true;
      await ended;
      return 'done';
    },
  };
  return one;
}
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('Turns', () => {
  const full = new Error('full');

  it('are taken one after another for each key', async () => {
    const turns = new Turns(3, () => full);
    const [a, b, other] = [work(), work(), work()];
    const all = [turns.take('ada', a.run), turns.take('ada', b.run), turns.take('bea', other.run)];
    await settle();
    expect([a.begun, b.begun, other.begun]).toEqual([true, false, true]);
    a.end();
    await settle();
    expect(b.begun).toBe(true);
    b.end();
    other.end();
    expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
  });

  it('are refused where the line is full, and given again when it is not', async () => {
    const turns = new Turns(1, () => full);
    const first = work();
    const taken = turns.take('ada', first.run);
    await expect(turns.take('ada', async () => 'no')).rejects.toBe(full);
    expect(await turns.take('bea', async () => 'yes')).toBe('yes');
    first.end();
    await taken;
    expect(await turns.take('ada', async () => 'yes')).toBe('yes');
  });

  it('go on after work that failed', async () => {
    const turns = new Turns(2, () => full);
    const failed = turns.take('ada', async () => {
      throw new Error('broken');
    });
    const next = turns.take('ada', async () => 'yes');
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('yes');
  });
});
