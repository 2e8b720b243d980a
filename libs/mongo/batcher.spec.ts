import { Batcher } from './batcher.js';

/** Answers when it is told to. */
class Server {
  readonly sent: string[][] = [];
  private readonly answers: Array<(ok: boolean) => void> = [];

  send(items: string[]): Promise<string[]> {
    this.sent.push(items);
    return new Promise((resolve, reject) =>
      this.answers.push((ok) => (ok ? resolve(items.map((item) => `${item}!`)) : reject(new Error('broken')))),
    );
  }

  /** The oldest that waits. */
  answer(ok = true): void {
    this.answers.shift()!(ok);
  }
}

/** All that can happen without an answer has happened. */
async function tick(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('Batcher', () => {
  let server: Server;
  let batcher: Batcher<string, string>;
  const unknown = new Set<string>();

  beforeEach(() => {
    server = new Server();
    unknown.clear();
    batcher = new Batcher<string, string>({
      from: 2,
      alone: async (item) => (await server.send([item]))[0],
      shared: async (items) =>
        (await server.send(items)).map((result, i) => (unknown.has(items[i]) ? undefined! : result)),
    });
  });

  it('sends one alone, and together what comes while it is under way', async () => {
    const first = batcher.run('a');
    await tick();
    const others = ['b', 'c', 'd'].map((item) => batcher.run(item));
    await tick();
    expect(server.sent).toEqual([['a']]);
    server.answer();
    expect(await first).toBe('a!');
    await tick();
    expect(server.sent).toEqual([['a'], ['b', 'c', 'd']]);
    server.answer();
    expect(await Promise.all(others)).toEqual(['b!', 'c!', 'd!']);
    const last = batcher.run('e');
    await tick();
    server.answer();
    expect(await last).toBe('e!');
  });

  it('sends together what came in one turn of the event loop', async () => {
    const all = ['a', 'b'].map((item) => batcher.run(item));
    await tick();
    expect(server.sent).toEqual([['a', 'b']]);
    server.answer();
    expect(await Promise.all(all)).toEqual(['a!', 'b!']);
  });

  it('does each again alone where the shared way fails, and tells each its own failure', async () => {
    const all = ['a', 'b'].map((item) => batcher.run(item));
    await tick();
    server.answer(false);
    await tick();
    expect(server.sent).toEqual([['a', 'b'], ['a'], ['b']]);
    server.answer();
    server.answer(false);
    expect(await Promise.allSettled(all)).toMatchObject([
      { status: 'fulfilled', value: 'a!' },
      { status: 'rejected', reason: { message: 'broken' } },
    ]);
  });

  it('does those again alone whose outcome is not known', async () => {
    unknown.add('b');
    const all = ['a', 'b', 'c'].map((item) => batcher.run(item));
    await tick();
    server.answer();
    await tick();
    expect(server.sent).toEqual([['a', 'b', 'c'], ['b']]);
    server.answer();
    expect(await Promise.all(all)).toEqual(['a!', 'b!', 'c!']);
  });

  it('waits for a silent server no longer than its patience', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    try {
      const first = batcher.run('a');
      await tick();
      const others = ['b', 'c'].map((item) => batcher.run(item));
      jest.advanceTimersByTime(99);
      expect(server.sent).toHaveLength(1);
      jest.advanceTimersByTime(1);
      expect(server.sent).toEqual([['a'], ['b', 'c']]);
      server.answer();
      server.answer();
      expect(await Promise.all([first, ...others])).toEqual(['a!', 'b!', 'c!']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('takes a crowd in parts', async () => {
    const all = Array.from({ length: 450 }, (_, i) => batcher.run(String(i)));
    await tick();
    expect(server.sent.map(({ length }) => length)).toEqual([200, 200, 50]);
    [1, 2, 3].forEach(() => server.answer());
    expect(await Promise.all(all)).toHaveLength(450);
  });
});
