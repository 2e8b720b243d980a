import type { ModelRequest, ReasoningEffort } from './model.js';
import { question } from './model.testing.js';
import { OpenAiBodies } from './openai-body.js';

type Settings = ConstructorParameters<typeof OpenAiBodies>[1];

describe('OpenAiBodies', () => {
  const body = (baseURL: string, request: Partial<ModelRequest>, models?: Settings) =>
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

  describe('an effort', () => {
    const router = 'https://openrouter.ai/api/v1';
    const deepseek = 'https://api.deepseek.com/v1';
    const qwen = 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1';
    const gemini = 'https://generativelanguage.googleapis.com/v1beta/openai';
    const effortOf = (
      baseURL: string,
      model: string,
      reasoningEffort: ReasoningEffort | undefined,
      models?: Settings,
    ) => {
      const names = ['reasoning_effort', 'reasoning', 'thinking', 'enable_thinking', 'chat_template_kwargs'];
      const sent = Object.entries(body(baseURL, { model, reasoningEffort }, models));
      return Object.fromEntries(sent.filter(([name, value]) => names.includes(name) && value !== undefined));
    };

    it.each([
      [openai, 'o3', 'minimal', { reasoning_effort: 'low' }],
      [openai, 'gpt-5-mini', 'none', { reasoning_effort: 'minimal' }],
      [openai, 'gpt-5.1', 'none', { reasoning_effort: 'none' }],
      [openai, 'gpt-5.1', 'minimal', { reasoning_effort: 'low' }],
      [openai, 'gpt-5', 'high', { reasoning_effort: 'high' }],
      [openai, 'gpt-4o', 'none', {}],
      ['https://us.openai.azure.com/openai/v1', 'o4-mini', 'low', { reasoning_effort: 'low' }],
      [router, 'anthropic/claude-opus-4.5', 'minimal', { reasoning: { effort: 'minimal' } }],
      [router, 'some/new-model', 'none', { reasoning: { effort: 'none' } }],
      [deepseek, 'deepseek-reasoner', 'none', { thinking: { type: 'disabled' } }],
      [deepseek, 'deepseek-v4-pro', 'low', { thinking: { type: 'enabled' }, reasoning_effort: 'low' }],
      [qwen, 'qwen3-max', 'high', { enable_thinking: true }],
      [qwen, 'qwen3-max', 'none', { enable_thinking: false }],
      [gemini, 'gemini-2.5-flash', 'none', { reasoning_effort: 'none' }],
      [gemini, 'gemini-3-pro', 'none', { reasoning_effort: 'minimal' }],
      ['https://api.mistral.ai/v1', 'mistral-small-latest', 'high', { reasoning_effort: 'high' }],
      [local, 'qwen3:8b', 'none', { reasoning_effort: 'none' }],
      [local, 'llama3.1', 'none', {}],
      [local, 'gpt-oss:20b', 'none', { reasoning_effort: 'low' }],
    ] as const)('goes to %s, %s, as it takes it: %s', (baseURL, model, effort, fields) => {
      expect(effortOf(baseURL, model, effort)).toEqual(fields);
    });

    it('is the model’s own where nobody asks', () => {
      expect(effortOf(openai, 'gpt-5', undefined)).toEqual({});
      expect(effortOf(router, 'x/y', undefined)).toEqual({});
    });

    it('goes where the operator says', () => {
      const models = [
        { name: 'a', effortField: 'chat_template_kwargs' as const },
        { name: 'b', effortField: 'enable_thinking' as const },
        { name: 'c', reasoning: true },
        { name: 'o3', reasoning: false },
      ];
      const kwargs = (on: boolean) => ({ chat_template_kwargs: { enable_thinking: on, thinking: on } });
      expect(effortOf(local, 'a', 'low', models)).toEqual(kwargs(true));
      expect(effortOf(local, 'a', 'none', models)).toEqual(kwargs(false));
      expect(effortOf(local, 'b', 'none', models)).toEqual({ enable_thinking: false });
      expect(effortOf(local, 'c', 'none', models)).toEqual({ reasoning_effort: 'none' });
      expect(effortOf(openai, 'o3', 'none', models)).toEqual({});
    });
  });

  it('tells OpenAI and Azure where to look in their caches, and nobody else', () => {
    const keyAt = (baseURL: string, cacheKey?: string) => body(baseURL, { cacheKey }).prompt_cache_key;
    expect(keyAt(openai, 'c1')).toBe('c1');
    expect(keyAt('https://x.openai.azure.com/openai/v1', 'c'.repeat(80))).toBe('c'.repeat(64));
    expect(keyAt(local, 'c1')).toBeUndefined();
    expect(keyAt(openai)).toBeUndefined();
  });

  it('asks for no more than a model writes', () => {
    const models = [{ name: 'm', maxOutputTokens: 5 }];
    expect(body(local, { model: 'm' }, models)).toMatchObject({ max_tokens: 5 });
    expect(body(local, { model: 'm', maxTokens: undefined }, models).max_tokens).toBeUndefined();
  });
});
