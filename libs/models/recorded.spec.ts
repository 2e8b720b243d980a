import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { read } from './answer.testing.js';
import { anthropicReader } from './anthropic-events.js';
import type { Asked } from './asked.js';
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

const call = (toolCallId: string, toolName: string, input: string, more: object = {}) => ({
  ...{ type: 'tool-call', toolCallId, toolName, input },
  ...more,
});
const tools = { hasTools: true };
const SIGNED = { providerMetadata: { extra_content: { google: { thought_signature: 'EjQKMgG' } } } };
const token = (words: string, logprob: number) => {
  const own = { token: words, logprob, bytes: [...Buffer.from(words)] };
  return { ...own, top_logprobs: [own] };
};
const tokens = [token('The', -0.01), token(' tide', -0.2), token(' turns', -0.5), token(' at noon.', -1.25)];

/** What was asked for, and what is told beside parts, where anything is. */
type Row = [
  name: string,
  parts: object[],
  usage: object | undefined,
  finishReason: string,
  asked?: Asked,
  more?: object,
];

const rows: Row[] = [
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
  ['openai-tools', [call('call_1', 'tide', '{"text":"noon"}')], all, 'tool-calls', tools],
  [
    'openai-parallel-tools',
    [call('call_1', 'tide', '{"port": "Emden"}'), call('call_2', 'moon', '{}')],
    all,
    'tool-calls',
    tools,
  ],
  ['openai-function-call', [call(expect.any(String), 'tide', '{\n"port": "Emden"\n}')], undefined, 'tool-calls', tools],
  ['openai-logprobs', [text(TEXT)], all, 'stop', { hasLogprobs: true }, { logprobs: tokens }],
  [
    'anthropic-tools',
    [
      thought('I have to look it up.', signature('EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk=')),
      text('Let me look.'),
      call('toolu_1', 'tide', '{"text": "noon"}'),
    ],
    cached,
    'tool-calls',
    tools,
  ],
  [
    'anthropic-parallel-tools',
    [text('Let me look.'), call('toolu_01A', 'tide', '{"port": "Emden"}'), call('toolu_01B', 'moon', '{}')],
    cached,
    'tool-calls',
    tools,
  ],
  ['anthropic-stop-sequence', [text(TEXT)], cached, 'stop', {}, { stopSequence: '###' }],
  [
    'ollama-tools',
    [thought(THOUGHT), call('call_k2n7d1xq', 'tide', '{"port":"Emden"}'), call('call_p0a4z8vv', 'moon', '{}')],
    counted,
    'tool-calls',
    tools,
  ],
  [
    'gemini-tools',
    [call('function-call-7311', 'tide', '{"port":"Emden"}', SIGNED), call('function-call-7312', 'moon', '{}')],
    { ...counted, reasoningTokens: 64 },
    'tool-calls',
    tools,
  ],
  [
    'mistral-tools',
    [call('D681PevKs', 'tide', '{"port": "Emden"}'), call('x9mQ2LpTb', 'moon', '{}')],
    counted,
    'tool-calls',
    tools,
  ],
  [
    'vllm-tools',
    [
      ...[thought(THOUGHT), text('\n\n'), call('chatcmpl-tool-0b', 'tide', '{"port": "Emden"}')],
      call('chatcmpl-tool-1c', 'moon', '{}'),
    ],
    counted,
    'tool-calls',
    tools,
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

const readAs = (name: string, pieces: Array<string | Buffer>, asked?: Asked) =>
  read((failures) => readerOf(name)(failures, asked), pieces);
/** What a part says. */
const said = (part: any): string => (part.type === 'tool-call' ? part.input : part.text);

describe.each(rows)('an answer as %s streams it', (name, parts, usage, finishReason, asked?: Asked, more?: object) => {
  const whole = recording(name);
  it.each([
    ['at once', [whole]],
    ['byte by byte', [...Buffer.from(whole)].map((byte) => Buffer.from([byte]))],
  ])('is read, %s', async (_how, pieces) => {
    const heard = await readAs(name, pieces, asked);
    expect(heard).toEqual({
      text: parts.map((part: any) => (part.type === 'text' ? part.text : '')).join(''),
      parts,
      usage,
      finishReason,
      error: undefined,
      ...more,
    });
  });

  it('is broken where it is cut before its end, with what came until then', async () => {
    const cut = whole.slice(0, whole.search(/data: .*("finish_reason":"|"message_delta")/));
    const heard = await readAs(name, [cut], asked);
    expect(heard.error).toMatchObject({ code: 'model_broken_stream', retryable: true });
    expect(parts.map(said).join('').startsWith(heard.parts.map(said).join(''))).toBe(true);
  });
});

describe('the official clients read the same', () => {
  let upstream: Upstream;
  beforeEach(async () => void (upstream = await Upstream.start()));
  afterEach(() => upstream.stop());
  const ours = async (name: string) => (await readAs(name, [recording(name)], tools)).parts;

  const names = [...new Set(rows.map(([name]) => name))];
  it.each(names.filter((name) => readerOf(name) === openAiReader && name !== 'mistral'))(
    'of %s: OpenAI’s',
    async (name) => {
      upstream.reply = (call) => call.end(recording(name));
      const client = new OpenAI({ apiKey: 'k', baseURL: upstream.url, maxRetries: 0 });
      const body = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }], stream: true as const };
      let text = '';
      const calls: Record<number, { name?: string; input: string }> = {};
      for await (const { choices } of await client.chat.completions.create(body)) {
        text += choices[0]?.delta.content ?? '';
        // Gemini leaves the index out.
        for (const { index = Object.keys(calls).length, function: f } of choices[0]?.delta.tool_calls ?? []) {
          calls[index] ??= { name: f?.name, input: '' };
          calls[index].input += f?.arguments ?? '';
        }
      }
      const called = (await ours(name)).filter((part) => part.type === 'tool-call');
      // What came before there were several.
      if (name !== 'openai-function-call')
        expect(called.map(({ toolName, input }) => ({ name: toolName, input }))).toEqual(Object.values(calls));
      // It takes for text what is told in tags.
      const tagless = text.replace(/^<th.*>\n?[^]*<\/th.*>\n*/, '');
      expect((await ours(name)).map((part) => (part.type === 'text' ? part.text : '')).join('')).toBe(tagless);
    },
  );

  it.each(names.filter((name) => readerOf(name) === anthropicReader))(
    'of %s: Anthropic’s, block for block',
    async (name) => {
      upstream.reply = (call) => call.end(recording(name));
      const client = new Anthropic({ apiKey: 'k', baseURL: upstream.url.replace('/v1', ''), maxRetries: 0 });
      const messages = [{ role: 'user' as const, content: 'Hi' }];
      const { content } = await client.messages.stream({ model: 'm', max_tokens: 9, messages }).finalMessage();
      const blocks = content.flatMap((block): object[] => {
        if (block.type === 'text') return [text(block.text)];
        if (block.type === 'thinking') return [thought(block.thinking, signature(block.signature))];
        if (block.type === 'tool_use') return [call(block.id, block.name, '', { input: block.input })];
        return block.type === 'redacted_thinking' ? [thought('', { redacted: block.data })] : [];
      });
      const parsed = (await ours(name)).map((part: any) =>
        part.type === 'tool-call' ? { ...part, input: JSON.parse(part.input) } : part,
      );
      expect(parsed).toEqual(blocks);
    },
  );
});
