import { type ChoiceOptions, PassageIndex, passagesOf } from './passages.js';

const bestPassages = async (text: string, question: string, options: ChoiceOptions) =>
  (await PassageIndex.of(text, [question])).best(0, options);

const filler = (n: number) =>
  Array.from({ length: n }, (_, i) => `Sentence number ${i} says nothing at all.`).join(' ');

describe('passages', () => {
  it('are all of a text, in order, and end where a thought does', () => {
    const text = `${filler(30)}\n\n${filler(50)}\n${filler(90)} ${'x'.repeat(5000)}😀${'y'.repeat(3000)}`;
    const passages = [...passagesOf(text)];
    expect(passages.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
    for (const { start, end } of passages) {
      expect(end - start).toBeLessThanOrEqual(1800);
      expect(encodeURIComponent(text.slice(start, end))).toBeDefined();
    }
    expect(text.slice(0, passages[0].end)).toMatch(/[.\n]\s*$/);
  });

  it('of nothing are none', () => expect([...passagesOf('')]).toEqual([]));

  it('that fit best are those with the rarest words of the question, in the order of the text', async () => {
    const text = `${filler(60)}\n\nThe zephyr blows in March.\n\n${filler(60)}\n\nA Zéphyr and its quince.\n\n${filler(60)}`;
    const best = await bestPassages(text, 'Where is the zephyr with the quince?', { maxLength: 4000 });
    const found = best.map(({ start, end }) => text.slice(start, end)).join('|');
    expect(found).toContain('blows in March');
    expect(found).toContain('quince');
    expect(found.indexOf('March')).toBeLessThan(found.indexOf('quince'));
    const [only] = await bestPassages(text, 'quince', { maxLength: 1800 });
    expect(text.slice(only.start, only.end)).toContain('quince');
  });

  it('are few where few fit: words that are everywhere, and single small ones, bring in none', async () => {
    const often = (n: number) =>
      Array.from({ length: n }, (_, i) => `We looked at ${i}, and it is as it was.`).join(' ');
    const text = `${often(2000)}\n\nA lease is held for 30 seconds, and its holder renews the lease.\n\n${often(500)} How? ${often(500)}`;
    const best = await bestPassages(text, 'How long do we hold a lease, and is it enough?', { maxLength: 60_000 });
    expect(best.length).toBeLessThanOrEqual(2);
    expect(best.map(({ start, end }) => text.slice(start, end)).join('|')).toContain('held for 30 seconds');
    const all = await bestPassages(text, 'What is it?', { maxLength: 60_000 });
    expect(all[0].start).toBe(0);
    expect(all.reduce((sum, { start, end }) => sum + end - start, 0)).toBeGreaterThan(50_000);
  });

  it('stay within their length, and leave out what was chosen before', async () => {
    const text = filler(400);
    const first = await bestPassages(text, 'number 7', { maxLength: 3000 });
    const length = first.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(length).toBeLessThanOrEqual(3000);
    const without = new Set(first.map(({ start }) => start));
    const next = await bestPassages(text, 'number 7', { maxLength: 3000, without });
    expect(next.length).toBeGreaterThan(0);
    for (const { start } of next) expect(without.has(start)).toBe(false);
  });

  it('make few stretches, however many fit alike, and fill them up', async () => {
    const text = Array.from({ length: 600 }, (_, i) => `${i % 3 ? '' : 'Quince. '}${filler(30)}\n\n`).join('');
    const best = await bestPassages(text, 'quince', { maxLength: 300_000 });
    expect(best).toHaveLength(32);
    const stretches = best.filter(({ start }, i) => start !== best[i - 1]?.end);
    expect(stretches).toHaveLength(32);
    const more = await bestPassages(text, 'xylophone', { maxLength: 300_000 });
    expect(more.at(-1)!.end).toBeGreaterThan(295_000);
  });

  it('of a question that fits nowhere are the beginning', async () => {
    const [first] = await bestPassages(filler(400), 'xylophone', { maxLength: 2000 });
    expect(first.start).toBe(0);
  });

  it('are the same each time', async () => {
    const text = filler(300);
    expect(await bestPassages(text, 'sentence 12', { maxLength: 5000 })).toEqual(
      await bestPassages(text, 'sentence 12', { maxLength: 5000 }),
    );
  });

  it('for one of several questions are those that it gets alone', async () => {
    const text = `${filler(200)}\n\nThe zephyr blows in March.\n\n${filler(200)} A quince.`;
    const questions = ['Where is the zephyr?', 'number 7', '', 'quince'];
    const index = await PassageIndex.of(text, questions);
    for (const [i, question] of questions.entries()) {
      expect(await index.best(i, { maxLength: 4000 })).toEqual(await bestPassages(text, question, { maxLength: 4000 }));
    }
  });

  it('are no longer looked for by who gives up', async () => {
    const controller = new AbortController();
    const index = await PassageIndex.of(filler(400), ['number 7'], controller.signal);
    const late = PassageIndex.of(filler(100_000), ['number 7'], controller.signal);
    controller.abort(new Error('stopped'));
    await expect(late).rejects.toThrow('stopped');
    await expect(index.best(0, { maxLength: 2000 })).rejects.toThrow('stopped');
  });
});
