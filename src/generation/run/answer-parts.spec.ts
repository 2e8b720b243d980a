import type { StoredPart } from '../../chat/store/index.js';
import { type Content, deltaContent, partContents, reasoningContent } from '../answer/log-entries.js';
import { AnswerParts } from './answer-parts.js';

/** What a client makes of entries, by the contract alone. */
function joined(contents: Content[]): any[] {
  const parts: any[] = [];
  const append = (type: string, text: string) => {
    const last = parts.at(-1);
    if (last?.type === type) last.text += text;
    else parts.push({ type, text, ...(type === 'reasoning' && { ms: null }) });
  };
  for (const { event, data } of contents) {
    const { text, index, part } = JSON.parse(data);
    if (event === 'delta') append('text', text);
    else if (event === 'reasoning') append('reasoning', text);
    else parts[index] = { ...parts[index], ...part };
  }
  return parts;
}

describe('AnswerParts', () => {
  let contents: Content[];
  let parts: AnswerParts;
  beforeEach(() => {
    contents = [];
    const write = (text: string, isThought = false) =>
      contents.push(isThought ? reasoningContent(text) : deltaContent(text));
    parts = new AnswerParts({ write, add: (content) => contents.push(content) });
  });
  const kept = () => ({ text: parts.text, parts: parts.kept ? { epoch: 1, items: parts.kept } : null });
  const ms = expect.any(Number);

  it('of text alone are nothing beside the text', () => {
    parts.addText('Fo');
    parts.addText('ur');
    parts.close();
    expect([parts.text, parts.kept, parts.since(0)]).toEqual(['Four', undefined, undefined]);
    expect(contents.map(({ event }) => event)).toEqual(['delta', 'delta']);
  });

  it('tell how long a thought took as soon as the answer begins', () => {
    parts.addThought('h');
    parts.addThought('m');
    expect(parts.kept).toEqual([{ type: 'reasoning', text: 'hm', ms: null }]);
    parts.addText('Four');
    parts.close();
    expect(contents.map(({ event }) => event)).toEqual(['reasoning', 'reasoning', 'part', 'delta']);
    expect(joined(contents)).toEqual([
      { type: 'reasoning', text: 'hm', ms },
      { type: 'text', text: 'Four' },
    ]);
  });

  it('close a thought with the answer', () => {
    parts.addThought('hm');
    parts.close();
    parts.close();
    expect(contents.map(({ event }) => event)).toEqual(['reasoning', 'part']);
  });

  it('set texts apart that something stands between, and thoughts likewise, but not what follows at once', () => {
    parts.addThought('one');
    parts.addPart({ type: 'reasoning', begins: true });
    parts.addThought('two');
    parts.addText('A');
    parts.addThought('three');
    parts.addText('B');
    parts.close();
    expect(joined(contents)).toEqual([
      { type: 'reasoning', text: 'one', ms },
      { type: 'reasoning', text: 'two', ms },
      { type: 'text', text: 'A' },
      { type: 'reasoning', text: '\n\nthree', ms },
      { type: 'text', text: '\n\nB' },
    ]);
    expect(parts.text).toBe('A\n\nB');
  });

  it('show that a thought is hidden, and keep what its provider wants back out of the log', () => {
    parts.addPart({ type: 'reasoning', begins: true, providerMetadata: { data: 'secret' } });
    parts.addText('Four');
    parts.close();
    expect(joined(contents)).toEqual([
      { type: 'reasoning', text: '', ms },
      { type: 'text', text: 'Four' },
    ]);
    expect(JSON.stringify(contents)).not.toContain('secret');
    expect(parts.kept?.[0]).toEqual({ type: 'reasoning', text: '', ms, providerMetadata: '{"data":"secret"}' });
  });

  it('give what is behind a place, for a save', () => {
    parts.addThought('hm');
    parts.addText('Four');
    expect(parts.since(1)).toEqual({ from: 1, items: [{ type: 'text', length: 4 }] });
  });

  it('are full beyond 4 MB, in UTF-8, thoughts and what goes back included', () => {
    parts.addThought('é'.repeat(1_000_000));
    parts.addText('x'.repeat(1_999_990));
    expect(parts.isFull).toBe(false);
    parts.addPart({ type: 'reasoning', begins: true, providerMetadata: { data: 'x'.repeat(20) } });
    expect(parts.isFull).toBe(true);
  });

  it('told anew from what is kept are the same parts, however they came', () => {
    let seed = 7;
    const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let round = 0; round < 300; round++) {
      contents = [];
      parts = new AnswerParts({
        write: (text, isThought = false) => contents.push(isThought ? reasoningContent(text) : deltaContent(text)),
        add: (content) => contents.push(content),
      });
      for (let i = random(12); i >= 0; i--) {
        const what = random(4);
        if (what === 0) parts.addText(`t${i}😀`);
        else if (what === 1) parts.addThought(`h${i}`);
        else if (what === 2) parts.addPart({ type: 'reasoning', begins: true });
        else parts.addPart({ type: 'reasoning', providerMetadata: { i } });
      }
      if (random(2)) parts.close();
      const told = joined(contents);
      expect(joined(partContents(kept()))).toEqual(told);
      const texts = told.filter(({ type }) => type === 'text').map(({ text }) => text);
      expect(texts.join('')).toBe(parts.text);
      expect(withoutSecrets(parts.kept)).toEqual(
        told.length > 0 && texts.length < told.length ? stored(told) : undefined,
      );
    }
  });
});

const stored = (told: any[]) =>
  told.map((part) => (part.type === 'text' ? { type: 'text', length: part.text.length } : part));
const withoutSecrets = (items: StoredPart[] | undefined) =>
  items?.map((part) => {
    const { providerMetadata: _, ...shown } = part as StoredPart & { providerMetadata?: string };
    return shown;
  });
