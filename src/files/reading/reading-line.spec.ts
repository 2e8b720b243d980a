import { ReadingLine } from './reading-line.js';

/** Work that ends when it is told to. */
function held(): { work: () => Promise<void>; end: () => void } {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => (end = resolve));
  return { work: () => promise, end };
}

describe('ReadingLine', () => {
  const full = (): Error => new Error('full');

  it('goes on after work that failed', async () => {
    const line = new ReadingLine(10, 10, full);
    await expect(line.take('ada', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(line.take('ada', () => Promise.resolve(1))).resolves.toBe(1);
  });

  it('serves whoever has one beside whoever has fifty', async () => {
    const line = new ReadingLine(100, 100, full);
    const order: string[] = [];
    const { work, end } = held();
    const first = line.take('ada', work);
    const take = (who: string) => line.take(who, () => Promise.resolve(order.push(who)));
    const all = [...Array.from({ length: 50 }, () => take('ada')), take('bob'), take('cid')];
    end();
    await Promise.all([first, ...all]);
    expect(order.slice(0, 4)).toEqual(['ada', 'bob', 'cid', 'ada']);
    expect(order).toHaveLength(52);
  });

  it('refuses one person’s share, and everybody’s, and takes more when there is room', async () => {
    const line = new ReadingLine(1, 2, full);
    const { work, end } = held();
    const took = [line.take('ada', work), line.take('ada', work), line.take('bob', work)];
    await expect(line.take('ada', work)).rejects.toThrow('full');
    await expect(line.take('cid', work)).rejects.toThrow('full');
    end();
    await Promise.all(took);
    await expect(line.take('cid', work)).resolves.toBeUndefined();
  });

  it('refuses whoever waits once it is closed', async () => {
    const line = new ReadingLine(10, 10, full);
    const { work, end } = held();
    const running = line.take('ada', work);
    const waiting = expect(line.take('bob', work)).rejects.toThrow('full');
    line.close();
    await waiting;
    await expect(line.take('cid', work)).rejects.toThrow('full');
    end();
    await expect(running).resolves.toBeUndefined();
  });
});
