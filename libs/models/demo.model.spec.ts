import { DemoModel } from './demo.model.js';
import { DemoScript } from './demo-script.js';
import { modelContract } from './model.contract.js';
import { type ModelTurn, textTurn, type TurnPart } from './model.js';
import { begin, hear, hearParts, question } from './model.testing.js';

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

  describe('where it is told to think', () => {
    it('thinks about the question, then says its text', async () => {
      const { parts, usage } = await hearParts(fast({ text: 'a b c' }), question('Why?', { reasoningEffort: 'low' }));
      expect(parts).toEqual([
        { type: 'reasoning', text: expect.stringContaining('“Why?”') },
        { type: 'text', text: 'a b c' },
      ]);
      const reasoningTokens = (parts[0] as { text: string }).text.match(/\S+/g)!.length;
      expect(usage).toEqual({ inputTokens: 1, outputTokens: reasoningTokens + 3, reasoningTokens });
    });

    it('thinks as fast as it talks', async () => {
      const answer = begin(
        new DemoModel({ text: 'a', tokensPerSecond: 50 }),
        question('Why?', { reasoningEffort: 'high' }),
      );
      const thoughts: string[] = [];
      for (let i = 0; i < 3; i++) thoughts.push(((await answer.next()).value as { reasoning: string }).reasoning);
      await answer.return?.();
      expect(thoughts[0]).toBe('The');
      expect(thoughts.every((text) => text.split(' ').length < 20)).toBe(true);
    });

    it('keeps to maxTokens with its thoughts', async () => {
      const asked = question('Why?', { reasoningEffort: 'low', maxTokens: 2 });
      const { parts, usage, finishReason } = await hearParts(fast({ text: 'a' }), asked);
      expect(parts).toEqual([{ type: 'reasoning', text: 'The question' }]);
      expect([usage, finishReason]).toEqual([{ inputTokens: 1, outputTokens: 2, reasoningTokens: 2 }, 'length']);
    });

    it.each([undefined, 'none'] as const)('and not where it is told %s', async (reasoningEffort) => {
      const { parts, usage } = await hearParts(fast({ text: 'a' }), question('Why?', { reasoningEffort }));
      expect([parts, usage]).toEqual([[{ type: 'text', text: 'a' }], { inputTokens: 1, outputTokens: 1 }]);
    });
  });

  it('names the pictures and documents that it was given', async () => {
    const file = (filename: string, mediaType: string) =>
      ({ type: 'file', filename, mediaType, data: Buffer.from('x') }) as const;
    const parts: TurnPart[] = [
      file('holi`day.png', 'image/png'),
      file('report.pdf', 'application/pdf'),
      { type: 'text', text: '<document name="notes \\"1\\".txt" passages="true">\nBuy milk.\n</document>' },
      { type: 'text', text: 'What is it?' },
    ];
    const turns: ModelTurn[] = [textTurn('user', 'Hi'), textTurn('assistant', 'Hello'), { role: 'user', parts }];
    const { text } = await hear(fast(), question('', { turns }));
    expect(text).toContain('> What is it?');
    expect(text).toContain('With it came `holiday.png`, `report.pdf`, `notes "1".txt`.');
    const alone = await hear(fast(), question('', { turns: [{ role: 'user', parts: [parts[0]] }] }));
    expect(alone.text).toContain('> …\n\nWith it came `holiday.png`.');
  });

  it('takes pictures, documents and any effort', async () => {
    expect(await fast().models()).toEqual([{ name: 'demo', input: ['text', 'image', 'pdf'], reasoning: true }]);
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
