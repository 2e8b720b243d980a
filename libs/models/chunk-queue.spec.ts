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
