import { inBatches } from './migrate/batches.js';
import { Progress } from './progress.js';

describe('Progress', () => {
  let now: number;
  beforeEach(() => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  const lines: string[] = [];
  const drawn: string[] = [];
  const io = { out: (line: string) => void lines.push(line), err: () => {} };
  const bar = { write: (text: string) => void drawn.push(text), columns: 60 };
  beforeEach(() => lines.splice(0) && drawn.splice(0));

  it('is a line now and then where nobody watches', () => {
    const progress = new Progress(io, 'Copying messages', 4000);
    for (let i = 0; i < 10; i++) {
      now += 1000;
      progress.add(200);
    }
    progress.end();
    expect(lines).toEqual([
      'Copying messages: 1,000 of 4,000, 200 a second, 15 s left',
      'Copying messages: 2,000 of 4,000, 200 a second, 10 s left',
      'Copying messages: 2,000 in 10.0 s, 200 a second',
    ]);
  });

  it('is a bar on a terminal, never wider than that, which goes at the end', () => {
    const progress = new Progress({ ...io, bar }, 'Copying messages', 4000);
    now = 1000;
    progress.add(1000);
    expect(drawn).toEqual(['\r\u001b[K[######..................] Copying messages: 1,000 of 4,000']);
    progress.end();
    expect(drawn.at(-1)).toBe('\r\u001b[K');
    expect(lines).toEqual(['Copying messages: 1,000 in 1.0 s, 1,000 a second']);
  });
});

describe('inBatches', () => {
  const from = (count: number) => (after: string) => {
    const start = after === '' ? 0 : Number(after) + 1;
    return Array.from({ length: Math.min(2, count - start) }, (_, i) => ({ _id: String(start + i) }));
  };

  it('works off everything once, a few batches at a time', async () => {
    const seen: string[] = [];
    let [atOnce, most, done] = [0, 0, 0];
    const work = async (batch: Array<{ _id: string }>) => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 1));
      seen.push(...batch.map(({ _id }) => _id));
      atOnce--;
    };
    await inBatches(from(9), work, (count) => (done += count));
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect([most, done]).toEqual([3, 9]);
  });

  it('ends with the first failure, when what is under way has ended', async () => {
    let [worked, underWay] = [0, 0];
    const work = async () => {
      underWay++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay--;
      if (++worked === 2) throw new Error('full');
    };
    await expect(inBatches(from(100), work, () => {})).rejects.toThrow('full');
    expect(underWay).toBe(0);
    expect(worked).toBeLessThan(8);
  });

  it('ends where reading fails', async () => {
    const read = (after: string) => {
      if (after === '3') throw new Error('damaged');
      return from(100)(after);
    };
    await expect(
      inBatches(
        read,
        async () => {},
        () => {},
      ),
    ).rejects.toThrow('damaged');
  });
});
