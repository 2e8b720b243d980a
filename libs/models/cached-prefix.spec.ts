import { anthropic, chunk, event, type Dialect, openAi } from './dialect.testing.js';
import { type FilePart, type Model, type ModelRequest, type ModelTurn, textTurn } from './model.js';
import { hearParts, question } from './model.testing.js';
import { Upstream } from './upstream.testing.js';

const TURNS = 10;
/** How far Anthropic's API looks back from a mark, in blocks. */
const LOOK_BACK = 20;
const picture: FilePart = { type: 'file', filename: 'a.png', mediaType: 'image/png', data: Buffer.from('pixels') };

type Block = { cache_control?: object } & Record<string, unknown>;

/** All that a model reads, block by block. A text is one block of text; marks are no part of it. */
function blocksOf({ system = [], messages }: any): Array<{ text: string; isMarked: boolean }> {
  const list = (content: string | Block[]): Block[] =>
    typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const all = [{ role: 'system', content: system }, ...messages];
  return all.flatMap(({ role, content, ...more }) =>
    list(content).map(({ cache_control, ...block }) => ({
      text: JSON.stringify([role, block, more]),
      isMarked: cache_control !== undefined,
    })),
  );
}

/** Caches as Anthropic does: up to each mark; it finds what was written at a mark of an earlier request. */
class MarkedCache {
  private readonly written = new Set<string>();

  /** How many of the blocks are read from it. */
  read(body: any): { blocks: number; cached: number; marks: number } {
    const blocks = blocksOf(body);
    const prefix = (length: number) =>
      blocks
        .slice(0, length)
        .map(({ text }) => text)
        .join('');
    const marks = blocks.flatMap(({ isMarked }, i) => (isMarked ? [i + 1] : []));
    const found = marks.flatMap((mark) => Array.from({ length: Math.min(LOOK_BACK, mark) }, (_, back) => mark - back));
    const cached = Math.max(0, ...found.filter((length) => this.written.has(prefix(length))));
    for (const mark of marks) this.written.add(prefix(mark));
    return { blocks: blocks.length, cached, marks: marks.length };
  }
}

/** Caches as OpenAI does: whatever begins alike, of requests with one key. */
class PrefixCache {
  private readonly known = new Map<string, string[][]>();

  read(body: any): { blocks: number; cached: number } {
    const blocks = blocksOf(body).map(({ text }) => text);
    const earlier = this.known.get(body.prompt_cache_key) ?? [];
    const alike = earlier.map((other) => blocks.findIndex((text, i) => text !== other[i]));
    this.known.set(body.prompt_cache_key, [...earlier, blocks]);
    return { blocks: blocks.length, cached: Math.max(0, ...alike.map((at) => (at < 0 ? blocks.length : at))) };
  }
}

const named = (type: string, more: object) => event({ type, ...more }, type);
const thinking = (i: number) =>
  named('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '' } }) +
  named('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: `Thought ${i}` } }) +
  named('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: `signature ${i}` } });
const details = (i: number) =>
  chunk({ reasoning_details: [{ type: 'reasoning.encrypted', data: `thought ${i}`, index: 0 }] });

/** Ten questions, each behind all that came before; what each request was. */
async function conversation(dialect: Dialect, thought: (i: number) => string, model = 'claude-sonnet-4-5') {
  const upstream = await Upstream.start();
  const bodies: any[] = [];
  upstream.reply = (call, i) => {
    bodies.push(call.body);
    call.end(thought(i), dialect.say(`Answer ${i}`), dialect.finish());
  };
  const asked: Model = dialect.make(upstream.url);
  const turns: ModelTurn[] = [];
  for (let i = 0; i < TURNS; i++) {
    const text = textTurn('user', `Question ${i}`);
    turns.push(i === 3 ? { ...text, parts: [picture, ...text.parts] } : text);
    const request: Partial<ModelRequest> = {
      turns: [...turns],
      instructions: 'Be kind.',
      model,
      reasoningEffort: 'low',
      cacheKey: 'c',
    };
    const { parts } = await hearParts(asked, question('', request));
    turns.push({ role: 'assistant', parts });
  }
  await asked.close();
  await upstream.stop();
  return bodies;
}

describe('over ten turns, what stood before the last question is read from the cache', () => {
  it.each([
    ['with thoughts', thinking],
    ['without any', () => ''],
  ])('of Anthropic, %s', async (_name, thought) => {
    const bodies = await conversation(anthropic, thought);
    const cache = new MarkedCache();
    const reads = bodies.map((body) => cache.read(body));
    expect(reads[0]).toEqual({ blocks: 2, cached: 0, marks: 1 });
    const perAnswer = thought === thinking ? 2 : 1;
    for (let i = 1; i < TURNS; i++) {
      // All of the request before, without its question; the first one has written only its instructions.
      const newest = i - 1 === 3 ? 2 : 1;
      expect([i, reads[i]]).toEqual([
        i,
        { blocks: expect.any(Number), cached: reads[i - 1].blocks - newest, marks: 2 },
      ]);
      expect(reads[i].blocks).toBe(reads[i - 1].blocks + perAnswer + (i === 3 ? 2 : 1));
    }
  });

  it.each([
    ['with thoughts', details],
    ['without any', () => ''],
  ])('of OpenAI, %s, and its question too', async (_name, thought) => {
    const bodies = await conversation(openAi, thought);
    const cache = new PrefixCache();
    const reads = bodies.map((body) => cache.read(body));
    for (let i = 1; i < TURNS; i++) expect([i, reads[i].cached]).toEqual([i, reads[i - 1].blocks]);
  });

  it('byte for byte', async () => {
    const bodies = await conversation(openAi, details);
    for (let i = 1; i < TURNS; i++) {
      const [before, now] = [bodies[i - 1], bodies[i]].map(({ messages }) => JSON.stringify(messages));
      expect(now.startsWith(before.slice(0, -1))).toBe(true);
    }
  });
});
