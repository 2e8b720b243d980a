import { holdsAll, searchTerms, snippet, type SearchTerms } from './snippet.js';

const terms = (query: string): SearchTerms => searchTerms(query)!;
/** What is marked, in words. */
const marked = async (text: string, query: string): Promise<{ text: string; marked: string[] }> => {
  const piece = await snippet(text, terms(query));
  return { text: piece.text, marked: piece.matches.map(([start, end]) => piece.text.slice(start, end)) };
};

describe('searchTerms', () => {
  it('are words, each once, and the last one as a prefix', () => {
    expect(searchTerms('The cat, the CAT, the do')).toEqual({ words: ['the', 'cat'], prefix: 'do' });
    expect(searchTerms('one')).toEqual({ words: [], prefix: 'one' });
    expect(searchTerms(' … ')).toBeNull();
  });
});

describe('holdsAll', () => {
  it('wants every word and the prefix', async () => {
    expect(await holdsAll('a quick fox', terms('fox qui'))).toBe(true);
    expect(await holdsAll('a quick fox', terms('qui fox'))).toBe(false);
    expect(await holdsAll('a quick fox', terms('fox fox'))).toBe(true);
    expect(await holdsAll('', terms('a'))).toBe(false);
  });
});

describe('snippet', () => {
  const filler = (n: number): string => Array.from({ length: n }, (_, i) => `word${i}`).join(' ');

  it('is all of a short text', async () => {
    expect(await marked('(Hello, Wörld!)', 'hello wor')).toEqual({
      text: '(Hello, Wörld!)',
      marked: ['Hello', 'Wörld'],
    });
  });

  it('is a piece around the first match, from word to word', async () => {
    const piece = await marked(`${filler(100)} needle, and a Needle. ${filler(100)}`, 'needle');
    expect(piece.marked).toEqual(['needle', 'Needle']);
    expect(piece.text).toMatch(/^word\d+ .* needle, and a Needle\. word0 .*word\d+$/);
    expect(piece.text.length).toBeLessThanOrEqual(160);
    expect(piece.text.length).toBeGreaterThan(140);
    expect(piece.text.indexOf('needle')).toBeLessThanOrEqual(40);
  });

  it('ends with the text, and what follows the last word', async () => {
    expect((await marked(`${filler(100)} needle!)`, 'needle')).text).toMatch(/ needle!\)$/);
  });

  it('marks what it can of a word longer than itself', async () => {
    const piece = await snippet(`start ${'x'.repeat(1000)}`, terms('xxx'));
    expect(piece.text).toHaveLength(160);
    expect(piece.matches).toEqual([[6, 160]]);
    const pairs = await snippet(`ab${'\u{10428}'.repeat(200)}`, terms('ab'));
    expect(pairs.text).toBe(Buffer.from(pairs.text).toString());
  });

  it('has offsets in UTF-16', async () => {
    // Two words, which stand at one place.
    expect(await snippet('½ cup', terms('½'))).toEqual({ text: '½ cup', matches: [[0, 1]] });
    expect(await snippet('😀😀 naïve', terms('naive'))).toEqual({ text: '😀😀 naïve', matches: [[5, 10]] });
    expect((await snippet('我喜欢苹果', terms('苹果'))).matches).toEqual([
      [3, 4],
      [4, 5],
    ]);
  });
});

describe('a long text', () => {
  /** How often the event loop had its turn while `work` was done. */
  async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
    let turns = 0;
    let timer = setImmediate(function turn() {
      turns++;
      timer = setImmediate(turn);
    });
    await work();
    clearImmediate(timer);
    return turns;
  }
  const chinese = '我喜欢苹果'.repeat(400_000);

  it('is searched in pieces, between which others have their turn', async () => {
    expect(await turnsDuring(() => holdsAll(chinese, terms('needle')))).toBeGreaterThan(5);
    const text = `${chinese} needle`;
    expect(
      await turnsDuring(async () => expect((await snippet(text, terms('needle'))).matches).toHaveLength(1)),
    ).toBeGreaterThan(5);
  });

  it('has its match and its neighbours, wherever it is cut', async () => {
    for (let length = 4080; length < 4110; length++) {
      const text = `${'word '.repeat(length / 5).padEnd(length)}before needle after`;
      const piece = await marked(text, 'needle');
      expect(piece.marked).toEqual(['needle']);
      expect(piece.text).toMatch(/word +before needle after$/);
    }
  });
});
