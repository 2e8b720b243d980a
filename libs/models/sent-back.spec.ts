import { anthropic, chunk, event, type Dialect, openAi } from './dialect.testing.js';
import { type ModelRequest, type ModelTurn, textTurn } from './model.js';
import { hear, hearParts, question } from './model.testing.js';
import { Upstream } from './upstream.testing.js';

const details = [{ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', index: 0 }];
const named = (type: string, more: object) => event({ type, ...more }, type);
const thought = {
  openAi: chunk({ content: '', reasoning: 'Hm.', reasoning_details: details }),
  anthropic:
    named('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '' } }) +
    named('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } }) +
    named('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } }),
};
const blocks = [
  { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
  { type: 'text', text: 'Four.', cache_control: { type: 'ephemeral' } },
];

type Sent = (body: any) => unknown;
const rows: Array<[string, Dialect, string, Sent, unknown, string]> = [
  [
    'OpenRouter',
    openAi,
    thought.openAi,
    ({ messages }) => messages[1].reasoning_details,
    details,
    'Invalid signature in reasoning_details',
  ],
  [
    'Anthropic',
    anthropic,
    thought.anthropic,
    ({ messages }) => messages[1].content,
    blocks,
    'messages.1.content.0: Invalid `signature` in `thinking` block',
  ],
];

describe.each(rows)('thoughts of %s', (_name, dialect, thoughts, sent, whole, words) => {
  let upstream: Upstream;
  let model: ReturnType<Dialect['make']>;
  beforeEach(async () => {
    upstream = await Upstream.start();
    model = dialect.make(upstream.url);
  });
  afterEach(async () => {
    await model.close();
    await upstream.stop();
  });
  const asked = (turns: ModelTurn[], more: Partial<ModelRequest> = {}) =>
    question('', { turns, model: 'claude-sonnet-4-5', reasoningEffort: 'low', cacheKey: 'one', ...more });
  const answer = (call: any) => call.end(thoughts, dialect.say('Four.'), dialect.finish());
  const first = textTurn('user', '2+2?');
  const next = async (): Promise<ModelTurn[]> => {
    upstream.reply = answer;
    const { parts } = await hearParts(model, asked([first]));
    return [first, { role: 'assistant', parts }, textTurn('user', 'Sure?')];
  };

  it('go back as they came', async () => {
    const turns = await next();
    await hear(model, asked(turns));
    expect(sent(upstream.calls[1].body)).toEqual(whole);
  });

  it('do not go where this turn does not think', async () => {
    const turns = await next();
    await hear(model, asked(turns, { reasoningEffort: 'none' }));
    expect(JSON.stringify(upstream.calls[1].body)).not.toContain('c2ln');
  });

  it('that are refused all the same are left out at once, in this conversation', async () => {
    const turns = await next();
    upstream.reply = (call) => {
      if (JSON.stringify(call.body).includes('c2ln'))
        call.json(400, { error: { type: 'invalid_request_error', message: words } });
      else answer(call);
    };
    const heard = async (cacheKey: string) => {
      const before = upstream.calls.length;
      expect(await hear(model, asked(turns, { cacheKey }))).toMatchObject({ text: 'Four.', error: undefined });
      return upstream.calls.length - before;
    };
    expect([await heard('one'), await heard('one'), await heard('two'), await heard('two')]).toEqual([2, 1, 2, 1]);
    // The model still thinks.
    expect(upstream.calls.at(-1)!.body.thinking ?? upstream.calls.at(-1)!.body.reasoning_effort).toBeDefined();
  });
});
