import type { ModelRequest } from './model.js';
import { question } from './model.testing.js';
import { OpenAiBodies } from './openai-body.js';

describe('OpenAiBodies', () => {
  const body = (
    baseURL: string,
    request: Partial<ModelRequest>,
    models?: ConstructorParameters<typeof OpenAiBodies>[1],
  ) =>
    new OpenAiBodies(baseURL, models).body(
      { ...question(), temperature: 0.5, maxTokens: 9, ...request },
      { without: new Set() },
    );
  const openai = 'https://api.openai.com/v1';
  const local = 'http://localhost:8000/v1';

  it.each([
    [openai, 'gpt-4o', { max_completion_tokens: 9, temperature: 0.5 }],
    [openai, 'o3-mini', { max_completion_tokens: 9 }],
    [openai, 'gpt-5-mini', { max_completion_tokens: 9 }],
    [openai, 'gpt-5-chat-latest', { max_completion_tokens: 9, temperature: 0.5 }],
    [local, 'qwen3', { max_tokens: 9, temperature: 0.5 }],
    [local, 'gpt-oss:20b', { max_tokens: 9, temperature: 0.5 }],
    [local, 'openai/o3', { max_completion_tokens: 9 }],
  ])('knows what is usual: %s %s', (baseURL, model, settings) => {
    const { max_tokens, max_completion_tokens, temperature } = JSON.parse(JSON.stringify(body(baseURL, { model })));
    expect({ max_tokens, max_completion_tokens, temperature }).toEqual(settings);
  });

  it('does as the operator says', () => {
    const models = [
      { name: 'o3', maxTokensField: 'max_tokens' as const, noTemperature: false },
      { name: 'x', maxTokensField: 'max_completion_tokens' as const, noTemperature: true },
    ];
    expect(body(openai, { model: 'o3' }, models)).toMatchObject({ max_tokens: 9, temperature: 0.5 });
    const other = body(local, { model: 'x' }, models);
    expect(other).toMatchObject({ max_completion_tokens: 9, temperature: undefined });
  });
});
