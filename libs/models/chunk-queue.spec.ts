import { ChunkQueue } from './chunk-queue.js';

class Queue extends ChunkQueue {
  readonly heard: string[] = [];
  protected override onPause = () => void this.heard.push('pause');
  protected override onResume = () => void this.heard.push('resume');
  protected override onOver = () => void this.heard.push('over');
}

describe('ChunkQueue', () => {
  let queue: Queue;
  beforeEach(() => {
    queue = new Queue();
  });
  const put = (text: string) => {
    queue.text(text);
    queue.flush();
  };
  const text = (text: string) => ({ done: false, value: { text } });
  const done = { done: true, value: undefined };
  const usage = { inputTokens: 1, outputTokens: 2 };

  it('gives what came before it was asked for as one chunk, then the latest usage', async () => {
    put('a');
    queue.usage({ inputTokens: 0, outputTokens: 0 });
    queue.usage(usage);
    put('b');
    expect(await queue.next()).toEqual(text('ab'));
    expect(await queue.next()).toEqual({ done: false, value: { usage } });
  });

  it('gives to one who waits what comes', async () => {
    const next = queue.next();
    put('');
    put('a');
    expect(await next).toEqual(text('a'));
  });

  it('ends after what it holds', async () => {
    put('a');
    queue.finish();
    expect([await queue.next(), await queue.next(), await queue.next()]).toEqual([text('a'), done, done]);
    expect(queue.heard).toEqual(['over']);
  });

  it('fails once, after what it holds', async () => {
    put('a');
    queue.fail(new Error('broken'));
    queue.fail(new Error('again'));
    queue.finish();
    expect(await queue.next()).toEqual(text('a'));
    await expect(queue.next()).rejects.toThrow('broken');
    expect(await queue.next()).toEqual(done);
    expect(queue.heard).toEqual(['over']);
  });

  it('breaks off without what it holds', async () => {
    put('a');
    queue.usage(usage);
    queue.breakOff(new Error('stopped'));
    await expect(queue.next()).rejects.toThrow('stopped');
    expect(await queue.next()).toEqual(done);
  });

  it('tells one who waits of the end, and of an error', async () => {
    const next = queue.next();
    queue.finish();
    expect(await next).toEqual(done);
    const other = new Queue();
    const failed = other.next();
    other.fail(new Error('broken'));
    await expect(failed).rejects.toThrow('broken');
  });

  it('is over when the taker leaves', async () => {
    put('a');
    expect(await queue.return()).toEqual(done);
    expect(await queue.next()).toEqual(done);
    expect(queue.heard).toEqual(['over']);
  });

  it('asks for a pause when it holds much, and goes on when that is taken', async () => {
    const much = 'x'.repeat(200_000);
    put(much);
    expect(queue.heard).toEqual([]);
    put(much);
    put(much);
    expect(queue.heard).toEqual(['pause']);
    await queue.next();
    expect(queue.heard).toEqual(['pause', 'resume']);
    put('a');
    await queue.next();
    expect(queue.heard).toEqual(['pause', 'resume']);
  });

  describe('of text, thoughts and parts', () => {
    const reasoning = (text: string) => ({ done: false, value: { reasoning: text } });
    const part = (more: object) => ({ done: false, value: { part: { type: 'reasoning', ...more } } });
    const all = async () => {
      const taken = [];
      for (let result = await queue.next(); !result.done; result = await queue.next()) taken.push(result);
      return taken;
    };

    it('keeps their order, and makes one of those that follow one another', async () => {
      queue.reasoning('a');
      queue.reasoning('b');
      queue.reasoning('');
      queue.text('c');
      queue.text('');
      queue.reasoning('');
      queue.text('d');
      queue.usage(usage);
      queue.reasoning('e');
      queue.part({ type: 'reasoning', begins: true });
      queue.reasoning('f');
      queue.text('g');
      queue.finishReason('stop');
      queue.finish();
      expect(await all()).toEqual([
        reasoning('ab'),
        text('cd'),
        reasoning('e'),
        part({ begins: true }),
        reasoning('f'),
        text('g'),
        { done: false, value: { usage } },
        { done: false, value: { finishReason: 'stop' } },
      ]);
    });

    it('tells of one part once, with what was told of it last', async () => {
      queue.part({ type: 'reasoning', begins: true });
      queue.part({ type: 'reasoning', providerMetadata: { a: 1 } });
      queue.part({ type: 'reasoning', providerMetadata: { b: 2 } });
      queue.part({ type: 'reasoning', begins: true });
      queue.finish();
      expect(await all()).toEqual([part({ begins: true, providerMetadata: { b: 2 } }), part({ begins: true })]);
    });

    it('gives them to one who waits as they come', async () => {
      const first = queue.next();
      queue.reasoning('a');
      queue.flush();
      expect(await first).toEqual(reasoning('a'));
      const second = queue.next();
      queue.part({ type: 'reasoning', providerMetadata: {} });
      queue.flush();
      expect(await second).toEqual(part({ providerMetadata: {} }));
      const third = queue.next();
      queue.text('b');
      queue.flush();
      expect(await third).toEqual(text('b'));
    });

    it('asks for a pause over all together, until they are taken', async () => {
      queue.reasoning('x'.repeat(200_000));
      queue.text('y'.repeat(100_000));
      queue.flush();
      expect(queue.heard).toEqual(['pause']);
      await queue.next();
      expect(queue.heard).toEqual(['pause']);
      await queue.next();
      expect(queue.heard).toEqual(['pause', 'resume']);
    });

    it('asks for a pause before it holds parts without end', () => {
      for (let i = 0; i < 1000; i++) queue.part({ type: 'reasoning', begins: true });
      queue.flush();
      expect(queue.heard).toEqual(['pause']);
    });

    it('breaks off without what it holds', async () => {
      queue.reasoning('a');
      queue.text('b');
      queue.breakOff(new Error('stopped'));
      await expect(queue.next()).rejects.toThrow('stopped');
      expect(await queue.next()).toEqual(done);
    });

    it('holds half a character of a thought, too', async () => {
      queue.reasoning('a\uD83E');
      expect(await queue.next()).toEqual(reasoning('a'));
      queue.reasoning('\uDD4A');
      expect(await queue.next()).toEqual(reasoning('🥊'));
    });
  });

  it('holds half a character until the other half is there, or the end', async () => {
    put('a\uD83E');
    expect(await queue.next()).toEqual(text('a'));
    const next = queue.next();
    put('\uDD4Ab\uD83E');
    expect(await next).toEqual(text('🥊b'));
    queue.finish();
    expect(await queue.next()).toEqual(text('\uD83E'));
  });
});
