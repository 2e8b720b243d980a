import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import { anthropic, chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const TEXT = 'The tide turns.';
const done = event('[DONE]');
const stop = event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const ends: Array<[string, string]> = [
  ['[DONE]', done],
  ['a finish_reason', stop],
];

describe.each(ends)('in a form that is not known, with %s for an end', (_end, end) => {
  it.each([
    ['words', event(TEXT)],
    ['a text', event(JSON.stringify(TEXT))],
    ['an object with `content`', event({ content: TEXT, stop: false })],
    ['an object with `response`', event({ model: 'm', response: TEXT })],
    ['the form of responses', event({ type: 'response.output_text.delta', delta: TEXT })],
    ['candidates', event({ candidates: [{ content: { parts: [{ text: TEXT }] } }] })],
    ['another key in the delta', chunk({ words: TEXT })],
    ['another kind of part', chunk({ content: [{ type: 'markdown', markdown: TEXT }] })],
    ['thoughts before it', chunk({ reasoning_content: 'hm' }) + chunk({ words: TEXT })],
    ['Anthropic’s form', anthropic.say(TEXT)],
  ])('an answer is told as none: %s', async (_name, said) => {
    const { text, error } = await read(openAiReader, [said, end]);
    expect([text, error?.code, error?.retryable]).toEqual(['', 'model_broken_stream', true]);
    expect(error.message).toContain('not an answer');
  });
});

it.each([
  ['OpenAI’s form', openAi.say(TEXT) + done],
  ['a delta that is a text', event({ type: 'content_block_delta', delta: TEXT }) + event({ type: 'message_stop' })],
  [
    'another kind of block',
    event({ type: 'message', content: [{ type: 'markdown', markdown: TEXT }], stop_reason: 'end_turn' }),
  ],
  [
    'text in the beginning',
    event({ type: 'message_start', message: { content: [{ type: 'text', text: TEXT }] } }) + anthropic.finish(),
  ],
])('an answer of Anthropic’s dialect in a form that is not known is told as none: %s', async (_name, said) => {
  const { text, error } = await read(anthropicReader, [said]);
  expect([text, error?.code]).toEqual(['', 'model_broken_stream']);
});

it.each([
  ['`text` in the delta', openAiReader, chunk({ text: TEXT }) + stop],
  ['`text` beside an empty delta', openAiReader, event({ choices: [{ delta: {}, text: TEXT }] }) + stop],
  ['a part’s `value`', openAiReader, chunk({ content: [{ type: 'text', text: { value: TEXT } }] }) + stop],
  [
    'a whole message whose content is a text',
    anthropicReader,
    JSON.stringify({ type: 'message', content: TEXT, stop_reason: 'end_turn' }),
  ],
  [
    'a whole message of one block',
    anthropicReader,
    event({ type: 'message', content: { type: 'text', text: TEXT }, stop_reason: 'end_turn' }),
  ],
])('an answer is taken from %s', async (_name, reader, said) => {
  expect(await read(reader, [said])).toMatchObject({ text: TEXT, error: undefined });
});

describe('an answer without text is complete', () => {
  it.each([
    ['with the end marker alone', openAiReader, done],
    ['with an empty delta', openAiReader, chunk({ role: 'assistant', content: '' }) + stop],
    [
      'with signs of life',
      openAiReader,
      event('ping') + event(': OPENROUTER PROCESSING') + event('"keep-alive"') + done,
    ],
    ['with what is filtered and used', openAiReader, openAi.life.join('') + openAi.finish(0)],
    [
      'with Azure’s results',
      openAiReader,
      event({ choices: [{ delta: {}, content_filter_results: { hate: { severity: 'safe' } } }] }) + stop,
    ],
    ['of thoughts', openAiReader, chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }) + stop],
    [
      'of a part of thoughts',
      openAiReader,
      chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }) + stop,
    ],
    ['of a call', openAiReader, chunk({ tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }) + stop],
    ['of a picture', openAiReader, chunk({ images: [{ image_url: { url: 'data:' } }] }) + stop],
    ['of Anthropic’s', anthropicReader, anthropic.life.slice(0, -1).join('') + anthropic.finish()],
  ])('%s', async (_name, reader, said) => {
    expect(await read(reader, [said])).toMatchObject({ text: '', error: undefined });
  });
});
