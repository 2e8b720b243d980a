import { within } from './within.js';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const never = new Promise<never>(() => {});
const late = () => {
  throw new Error('late');
};

describe('within', () => {
  it('settles as the work does, and leaves no timer behind', async () => {
    expect(await within(1000, Promise.resolve('done'), late)).toBe('done');
    await expect(within(1000, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('settles with what is said for it when the time is over, not before', async () => {
    let found: string | undefined;
    void within(1000, never, () => 'late').then((value) => (found = value));
    await jest.advanceTimersByTimeAsync(999);
    expect(found).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    expect(found).toBe('late');
  });

  it.each([0, -5])('with %d ms left: what is there already counts, else it is late', async (ms) => {
    expect(await within(ms, Promise.resolve('done'), late)).toBe('done');
    const rejected = expect(within(ms, never, late)).rejects.toThrow('late');
    await jest.advanceTimersByTimeAsync(1);
    await rejected;
  });

  it('ignores what becomes of the work then', async () => {
    let fail = (_: Error): void => {};
    const work = new Promise<never>((_, reject) => (fail = reject));
    const found = within(10, work, () => 'late');
    await jest.advanceTimersByTimeAsync(10);
    fail(new Error('nobody hears of it'));
    expect(await found).toBe('late');
  });
});
