import { DemoModel } from './demo.model.js';
import { DemoScript } from './demo-script.js';
import { modelContract } from './model.contract.js';
import { begin, hear, question } from './model.testing.js';

const words = ['One', ' two', '\n\nthree', ' vier', ' ünf', ' 六'];

modelContract('demo', words, async (length) => {
  const tokens = length === 'endless' ? 1_000_000 : undefined;
  const model = new DemoModel({ text: words.join(''), tokens, tokensPerSecond: 1000 });
  return { model, close: () => model.close() };
});

describe('demo', () => {
  const fast = (settings: { text?: string; tokens?: number } = {}) =>
    new DemoModel({ tokensPerSecond: 100_000, ...settings });

  it('speaks about the question where it has no text of its own', async () => {
    const { text, usage } = await hear(fast(), question('Why is the sky blue?'));
    expect(text).toContain('> Why is the sky blue?');
    expect(usage).toEqual({ inputTokens: 5, outputTokens: text.match(/\S+/g)!.length });
  });

  it('quotes of a long question its beginning, in one line', async () => {
    const { text } = await hear(fast(), question(`line one\nline two ${'😀'.repeat(300)}`));
    expect(text).toMatch(/^> line one line two 😀+…$/mu);
    expect(text.length).toBeLessThan(2000);
  });

  it('says as many tokens as it should: the text again, or a part of it', async () => {
    expect((await hear(fast({ text: 'a b', tokens: 5 }))).text).toBe('a b\n\na b\n\na');
    const cut = await hear(fast({ text: 'a b c', tokens: 2 }));
    expect([cut.text, cut.usage!.outputTokens]).toEqual(['a b', 2]);
  });

  it('keeps to maxTokens', async () => {
    const asked = question('Hi', { maxTokens: 3 });
    const { text, usage, finishReason } = await hear(fast({ text: 'a b c d', tokens: 9 }), asked);
    expect([text, usage!.outputTokens, finishReason]).toEqual(['a b c', 3, 'length']);
  });

  it('takes its time', async () => {
    const start = performance.now();
    const { texts } = await hear(new DemoModel({ text: 'a b c d e', tokensPerSecond: 50 }));
    expect(performance.now() - start).toBeGreaterThanOrEqual(79);
    expect(texts.length).toBeGreaterThan(1);
  });

  it('writes a thousand answers at once, over one timer', async () => {
    const timers = jest.spyOn(global, 'setInterval');
    const model = new DemoModel({ text: 'a b c d', tokens: 50, tokensPerSecond: 200 });
    const all = await Promise.all(Array.from({ length: 1000 }, () => hear(model)));
    expect(new Set(all.map(({ text }) => text)).size).toBe(1);
    expect(all.every(({ usage }) => usage!.outputTokens === 50)).toBe(true);
    expect(timers).toHaveBeenCalledTimes(1);
    timers.mockRestore();
  });

  it('stops its timer when nobody listens any more', async () => {
    const started = jest.spyOn(global, 'setInterval');
    const stopped = jest.spyOn(global, 'clearInterval');
    const model = new DemoModel({ text: 'a b c', tokens: 1000, tokensPerSecond: 1 });
    const controller = new AbortController();
    const answers = [begin(model), begin(model, question(), controller.signal)];
    for (const answer of answers) await answer.next();
    await answers[0].return?.();
    controller.abort();
    expect(stopped).toHaveBeenCalledWith(started.mock.results[0].value);
    jest.restoreAllMocks();
  });
});

describe('DemoScript', () => {
  it('is the same however it is cut', () => {
    const script = new DemoScript('  one two\n- three  ');
    const whole = script.slice(0, 8);
    expect(whole).toBe('one two\n- three\n\none two\n- three');
    for (let i = 0; i <= 8; i++)
      for (let j = i; j <= 8; j++) {
        expect(script.slice(0, i) + script.slice(i, j) + script.slice(j, 8)).toBe(whole);
      }
  });

  it('has a token even without a text', () => {
    expect(new DemoScript(' ').slice(0, new DemoScript(' ').length)).toBe('…');
  });
});
