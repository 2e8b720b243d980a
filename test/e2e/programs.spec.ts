import { TestApp } from '../support/app.js';
import type { Person } from '../support/person.js';
import { Program } from '../support/program.js';
import { anthropicClient, dialects, openAiClient, Providers } from '../support/programs.js';
import { z } from 'zod';
import { zodResponseFormat } from 'openai/helpers/zod';

jest.setTimeout(120_000);

const SCOPES = { scopes: ['models', 'chat', 'embeddings'] };
const question = [{ role: 'user' as const, content: 'When is high water?' }];
const { openAi, anthropic } = dialects;

/** What each provider's upstream says. */
const SPEAKERS = [
  ['openAI/gpt-test', 'openAi', openAi],
  ['anthropic/claude-test', 'anthropic', anthropic],
] as const;

describe('programs', () => {
  let providers: Providers;
  let app: TestApp;
  let ada: Person;
  let program: Program;

  beforeAll(async () => {
    providers = await Providers.start();
    app = await TestApp.start({
      ...providers.env,
      REGISTER_MAX: '0',
      DEMO_TOKENS: '20',
      DEMO_TOKENS_PER_SECOND: '10000',
    });
    ada = await app.person();
    program = await Program.of(ada, SCOPES);
  });
  afterAll(async () => {
    await app?.stop();
    await providers?.stop();
  });
  beforeEach(() => providers.reset());

  it('see the models that they may ask, each by its endpoint', async () => {
    const ids = async (one: Program) => (await openAiClient(one).models.list()).data.map(({ id }) => id);
    const all = ['openAI/gpt-test', 'openAI/shared', 'anthropic/claude-test', 'anthropic/shared', 'demo/demo'];
    expect(await ids(program)).toEqual(all);
    expect(await ids(await Program.of(ada, { ...SCOPES, models: ['shared', 'demo/demo'] }))).toEqual([
      'openAI/shared',
      'anthropic/shared',
      'demo/demo',
    ]);
    const client = openAiClient(program);
    expect((await client.models.retrieve('anthropic/claude-test')).owned_by).toBe('anthropic');
    expect((await client.models.retrieve('gpt-test')).id).toBe('openAI/gpt-test');
    await expect(client.models.retrieve('shared')).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
      message: expect.stringContaining('openAI/shared, anthropic/shared'),
    });
  });

  describe.each(SPEAKERS)('by %s', (model, provider, speaks) => {
    const answers = () => {
      providers[provider].reply = (call) => {
        if (call.body.stream) call.end(...speaks.life.slice(0, 2), speaks.say('High ', 'water'), speaks.finish());
        else call.json(200, provider === 'openAi' ? WHOLE_CHAT : WHOLE_MESSAGE);
      };
    };

    it('get chat completions, whole and in pieces', async () => {
      answers();
      const client = openAiClient(program);
      const whole = await client.chat.completions.create({ model, messages: question });
      expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'High water' } });
      expect(whole.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 7 });
      const stream = client.chat.completions.stream({
        ...{ model, messages: question, stream_options: { include_usage: true } },
      });
      const final = await stream.finalChatCompletion();
      expect(final.choices[0].message.content).toBe('High water');
      expect(final.usage).toMatchObject({ prompt_tokens: 5, completion_tokens: 7 });
    });

    it('get messages, whole and in pieces', async () => {
      answers();
      const client = anthropicClient(program);
      const asked = { model, max_tokens: 100, messages: question };
      const whole = await client.messages.create(asked);
      expect(whole).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: 'High water' }] });
      expect(whole.usage).toMatchObject({ input_tokens: 5, output_tokens: 7 });
      providers[provider].reply = (call) =>
        call.end(provider === 'openAi' ? openAi.say('High ', 'water') + openAi.finish() : STREAMED_MESSAGE);
      const final = await client.messages.stream(asked).finalMessage();
      expect(final.content).toMatchObject([{ type: 'text', text: 'High water' }]);
    });
  });
});

const WHOLE_CHAT = {
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-test',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'High water' } }],
  usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
};
const WHOLE_MESSAGE = {
  ...{ id: 'm1', type: 'message', role: 'assistant', model: 'claude-test', stop_reason: 'end_turn' },
  content: [{ type: 'text', text: 'High water' }],
  usage: { input_tokens: 5, output_tokens: 7 },
};
const events = (...all: Array<{ type: string; [field: string]: unknown }>) =>
  all.map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`).join('');
const STREAMED_MESSAGE = events(
  { type: 'message_start', message: { ...WHOLE_MESSAGE, content: [], stop_reason: null } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'High water' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } },
  { type: 'message_stop' },
);
