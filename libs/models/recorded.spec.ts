import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { read } from './answer.testing.js';
import { anthropicReader } from './anthropic-events.js';
import { openAiReader } from './openai-events.js';
import { Upstream } from './upstream.testing.js';

/** Streams in the forms that the providers document. */
const recording = (name: string) => readFileSync(join(__dirname, 'recorded', `${name}.sse`), 'utf8');

const THOUGHT = 'High water was at six, so it turns at noon.';
const TEXT = 'The tide turns at noon.';
const text = (said: string) => ({ type: 'text', text: said });
const thought = (words: string, providerMetadata?: object) => ({
  type: 'reasoning',
  text: words,
  ...(providerMetadata && { providerMetadata }),
});
const all = { inputTokens: 1316, outputTokens: 71, cachedInputTokens: 1152, reasoningTokens: 64 };
const { reasoningTokens: _thoughts, ...cached } = all;
const { cachedInputTokens: _cached, ...counted } = cached;
const signature = (value: string) => ({ signature: value });
const format = 'anthropic-claude-v1';
const details = [{ type: 'reasoning.text', text: THOUGHT, format, index: 0, signature: 'EqQBCgIYAhIM1gbc' }];
const openAiFormat = { format: 'openai-responses-v1', index: 0 };
const encrypted = [
  { type: 'reasoning.summary', summary: '**Looking at the tides**', ...openAiFormat },
  { type: 'reasoning.encrypted', data: 'gAAAAABo', id: 'rs_1', ...openAiFormat },
];

const rows: Array<[string, object[], object | undefined, string]> = [
  ['openai', [text(TEXT)], all, 'stop'],
  ['openai-tools', [], all, 'tool-calls'],
  ['azure', [text(TEXT)], all, 'stop'],
  [
    'anthropic',
    [thought(THOUGHT, signature('EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk=')), text(TEXT)],
    all,
    'stop',
  ],
  [
    'anthropic-hidden',
    [
      thought('', signature('EuYBCkQYBCKAAAAA')),
      thought('', { redacted: 'EmwKAhgBEgy3va3pzix' }),
      thought('And so?', signature('EuYBCkQYBCKBBBBB')),
      text('The tide'),
      thought('', signature('EuYBCkQYBCKCCCCC')),
      text(' turns at noon.'),
    ],
    cached,
    'stop',
  ],
  [
    'anthropic-tools',
    [
      thought('I have to look it up.', signature('EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk=')),
      text('Let me look.'),
    ],
    cached,
    'tool-calls',
  ],
  ['deepseek', [thought(THOUGHT), text(TEXT)], all, 'stop'],
  ['mistral', [thought(THOUGHT), text(TEXT)], cached, 'stop'],
  ['openrouter', [thought(THOUGHT, { reasoning_details: details }), text(TEXT)], all, 'stop'],
  [
    'openrouter-encrypted',
    [thought('**Looking at the tides**', { reasoning_details: encrypted }), text(TEXT)],
    undefined,
    'stop',
  ],
  ['vllm', [thought(THOUGHT), text(`\n\n${TEXT}`)], cached, 'stop'],
  ['vllm-no-parser', [thought(THOUGHT), text(TEXT)], undefined, 'stop'],
  ['ollama', [thought(THOUGHT), text(TEXT)], counted, 'stop'],
  ['llamacpp', [thought(THOUGHT), text(TEXT)], cached, 'stop'],
  ['gemini', [thought(THOUGHT), text(TEXT)], { ...counted, reasoningTokens: 64 }, 'stop'],
];
const readerOf = (name: string) => (name.startsWith('anthropic') ? anthropicReader : openAiReader);

describe.each(rows)('an answer as %s streams it', (name, parts, usage, finishReason) => {
  const whole = recording(name);
  it.each([
    ['at once', [whole]],
    ['byte by byte', [...Buffer.from(whole)].map((byte) => Buffer.from([byte]))],
  ])('is read, %s', async (_how, pieces) => {
    const heard = await read(readerOf(name), pieces);
    expect(heard).toEqual({
      text: parts.map((part: any) => (part.type === 'text' ? part.text : '')).join(''),
      parts,
      usage,
      finishReason,
      error: undefined,
    });
  });

  it('is broken where it is cut before its end, with what came until then', async () => {
    const cut = whole.slice(0, whole.search(/data: .*("finish_reason":"|"message_delta")/));
    const heard = await read(readerOf(name), [cut]);
    expect(heard.error).toMatchObject({ code: 'model_broken_stream', retryable: true });
    expect(
      parts
        .map((part: any) => part.text)
        .join('')
        .startsWith(heard.parts.map((part) => part.text).join('')),
    ).toBe(true);
  });
});

describe('the official clients read the same', () => {
  let upstream: Upstream;
  beforeEach(async () => void (upstream = await Upstream.start()));
  afterEach(() => upstream.stop());
  const ours = async (name: string) => (await read(readerOf(name), [recording(name)])).parts;

  it.each(rows.filter(([name]) => readerOf(name) === openAiReader && name !== 'mistral').map(([name]) => name))(
    'of %s: OpenAI’s',
    async (name) => {
      upstream.reply = (call) => call.end(recording(name));
      const client = new OpenAI({ apiKey: 'k', baseURL: upstream.url, maxRetries: 0 });
      const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }], stream: true as const };
      let said = '';
      for await (const { choices } of await client.chat.completions.create(body))
        said += choices[0]?.delta.content ?? '';
      // It takes for text what is told in tags.
      const tagless = said.replace(/^<th.*>\n?[^]*<\/th.*>\n*/, '');
      expect((await ours(name)).map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(tagless);
    },
  );

  it.each(['anthropic', 'anthropic-hidden', 'anthropic-tools'])('of %s: Anthropic’s, block for block', async (name) => {
    upstream.reply = (call) => call.end(recording(name));
    const client = new Anthropic({ apiKey: 'k', baseURL: upstream.url.replace('/v1', ''), maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'Hi' }];
    const { content } = await client.messages.stream({ model: 'm', max_tokens: 9, messages }).finalMessage();
    const blocks = content.flatMap((block) => {
      if (block.type === 'text') return [text(block.text)];
      if (block.type === 'thinking') return [thought(block.thinking, signature(block.signature))];
      return block.type === 'redacted_thinking' ? [thought('', { redacted: block.data })] : [];
    });
    expect(await ours(name)).toEqual(blocks);
  });
});
