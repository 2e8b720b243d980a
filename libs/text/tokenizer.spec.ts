import { differentWords, eachToken, MOST_WORDS, stretchesOf, tokens } from './tokenizer.js';

const words = (text: string): string[] => tokens(text).map(({ token }) => token);

describe('tokens', () => {
  it('are runs of letters and numbers, with their places', () => {
    expect(tokens("It's 42, isn't it?")).toEqual([
      { token: 'it', start: 0, end: 2 },
      { token: 's', start: 3, end: 4 },
      { token: '42', start: 5, end: 7 },
      { token: 'isn', start: 9, end: 12 },
      { token: 't', start: 13, end: 14 },
      { token: 'it', start: 15, end: 17 },
    ]);
  });

  it.each([
    ['Café CAFE\u0301 ｃａｆé', ['cafe', 'cafe', 'cafe']],
    ['Straße STRASSE ẞ', ['strasse', 'strasse', 'ss']],
    ['ΟΔΟΣ οδός Σ', ['οδοσ', 'οδοσ', 'σ']],
    ['ﬁne ① ½ x²', ['fine', '1', '1', '2', 'x2']],
    ['İstanbul ısı', ['istanbul', 'isi']],
    ['Ёлка ёлка', ['елка', 'елка']],
    ['שָׁלוֹם', ['שלום']],
    ['مَرْحَبًا', ['مرحبا']],
    ['हिन्दी', ['हिन्दी']],
    ['Tiếng Việt đi', ['tieng', 'viet', 'đi']],
    ['snake_case kebab-case a.b', ['snake', 'case', 'kebab', 'case', 'a', 'b']],
    ['', []],
    ['… — ?! 😀 ❤️ \u0301', []],
  ])('of %p', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it.each([
    ['我喜欢2个苹果', ['我', '喜', '欢', '2', '个', '苹', '果']],
    ['東京タワー', ['東', '京', 'タ', 'ワ', 'ー']],
    ['がか ガ ｶﾞ', ['が', 'か', 'ガ', 'ガ']],
    ['한국어 model', ['한', '국', '어', 'model']],
    ['ที่นี่', ['ที่', 'นี่']],
    ['GPT模型v2', ['gpt', '模', '型', 'v2']],
  ])('of %p are characters where words have no spaces', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('have UTF-16 offsets', () => {
    const text = '😀 𝐀𝐁 ß𠮷𠮷';
    expect(tokens(text).map(({ token, start, end }) => [token, text.slice(start, end)])).toEqual([
      ['ab', '𝐀𝐁'],
      ['ss', 'ß'],
      ['𠮷', '𠮷'],
      ['𠮷', '𠮷'],
    ]);
  });

  it('are cut when they are very long, never through a character', () => {
    expect(tokens('a'.repeat(100_000))).toEqual([{ token: 'a'.repeat(64), start: 0, end: 100_000 }]);
    const [{ token }] = tokens(`a${'\u{10400}'.repeat(100)}`);
    expect(token).toBe(`a${'\u{10428}'.repeat(31)}`);
  });

  it('come lazily', () => {
    const first = eachToken('one '.repeat(1_000_000)).next();
    expect(first.value).toEqual({ token: 'one', start: 0, end: 3 });
  });
});

describe('a text in stretches', () => {
  it.each([
    ['words', 'Straße ½ naïve '],
    ['Chinese', '我喜欢2个苹果,'],
    ['Thai', 'ที่นี่'],
    ['kana with marks', 'か\u3099ｶﾞ'],
    ['pairs', '𠮷a'],
  ])('of %s has the same tokens as its parts', (_, part) => {
    const times = 5000;
    const once = tokens(part);
    const all = tokens(part.repeat(times));
    const expected = Array.from({ length: times }, (_, i) =>
      once.map(({ token, start, end }) => ({ token, start: start + i * part.length, end: end + i * part.length })),
    ).flat();
    // Parts that are joined make one word of what stands on both sides.
    if (part === '𠮷a') expect(all.length).toBe(expected.length);
    else expect(all).toEqual(expected);
  });

  it('covers all of it', () => {
    const text = 'é'.repeat(300_000) + ' x '.repeat(5000);
    const stretches = [...stretchesOf(text)];
    expect(stretches.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text);
  });
});

describe('differentWords', () => {
  it('are each once, and at most so many', async () => {
    expect([...(await differentWords('one two One'))]).toEqual(['one', 'two']);
    const many = Array.from({ length: MOST_WORDS + 10 }, (_, i) => `w${i}`).join(' ');
    expect((await differentWords(many)).size).toBe(MOST_WORDS);
  });
});
