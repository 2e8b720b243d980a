import { readOpenAiList } from './openai-list.js';

describe('readOpenAiList', () => {
  const list = (...entries: object[]) => ({ object: 'list', data: entries });
  const names = (body: unknown, isOpenAi = false) => readOpenAiList(body, isOpenAi).map(({ name }) => name);

  it('keeps the provider’s order, without what does not chat', () => {
    const ids = ['nomic-embed-text', 'qwen3:8b', 'whisper-1', 'llama3.2', 'bge-reranker', 'tts-1'];
    expect(names(list(...ids.map((id) => ({ id }))))).toEqual(['qwen3:8b', 'llama3.2']);
  });

  it('shows what there is where nothing else is left', () => {
    expect(names(list({ id: 'my-embedder' }))).toEqual(['my-embedder']);
  });

  it('sorts OpenAI’s own by age, and leaves out those of its other API', () => {
    const entries = ['gpt-3.5-turbo', 'dall-e-2', 'gpt-4o-realtime', 'o1-pro', 'gpt-4o', 'gpt-3.5-turbo-instruct'];
    expect(names(list(...entries.map((id, created) => ({ id, created }))), true)).toEqual(['gpt-4o', 'gpt-3.5-turbo']);
  });

  it.each([
    [{ max_model_len: 4096 }, 4096],
    [{ context_length: 8192 }, 8192],
    [{ context_window: 131072 }, 131072],
    [{ max_context_length: 32768 }, 32768],
    [{ meta: { n_ctx: 2048, n_ctx_train: 131072 } }, 2048],
    [{ context_length: 0, meta: null }, undefined],
    [{ context_length: 'many' }, undefined],
  ])('finds the window in %j', (entry, tokens) => {
    expect(readOpenAiList(list({ id: 'm', ...entry }), false)).toEqual([{ name: 'm', contextTokens: tokens }]);
  });

  it.each([
    ['a bare list (endpoints/list-together)', [{ id: 'meta/llama' }], ['meta/llama']],
    ['Ollama’s own form (endpoints/list-native)', { models: [{ name: 'qwen3:8b', model: 'qwen3:8b' }] }, ['qwen3:8b']],
    [
      'Gemini’s own form',
      { models: [{ name: 'models/gemini-2.5-flash', displayName: 'Flash' }] },
      ['gemini-2.5-flash'],
    ],
    ['names alone (endpoints/list-strings)', { data: ['one', 'two'] }, ['one', 'two']],
    [
      'an entry without a name (endpoints/list-noid)',
      { data: [{ object: 'model' }, { id: ' ' }, { id: 7 }, { id: 'good' }] },
      ['good'],
    ],
    ['an entry that is none (endpoints/list-nullitem)', { data: [null, 7, [], { id: 'good' }] }, ['good']],
    [
      'the same name twice (endpoints/list-dup)',
      { data: [{ id: 'twin' }, { id: 'twin' }, { id: 'Twin' }] },
      ['twin', 'Twin'],
    ],
    [
      'a name too long to be asked for (endpoints/list-long)',
      { data: [{ id: 'm'.repeat(300) }, { id: 'good' }] },
      ['good'],
    ],
    ['nothing', { data: null }, []],
    ['nothing, in Ollama’s form', { models: null }, []],
  ])('reads %s', (_name, body, found) => {
    expect(names(body)).toEqual(found);
  });

  it.each([[{}], [{ data: 7 }], ['models'], [null], [{ error: 'x' }]])('takes %j for no list', (body) => {
    expect(() => readOpenAiList(body, false)).toThrow();
  });

  it('takes Gemini’s names as they are asked for', () => {
    expect(names(list({ id: 'models/gemini-2.5-flash' }))).toEqual(['gemini-2.5-flash']);
  });

  describe('what a model can', () => {
    const told = (entry: object) => {
      const [{ label, description, input, reasoning }] = readOpenAiList(list({ id: 'm', ...entry }), false);
      return { label, description, input, reasoning };
    };

    it.each([
      [
        'OpenRouter',
        {
          name: 'Some: Model',
          description: ' Good at sums. ',
          architecture: { input_modalities: ['text', 'image', 'file'], output_modalities: ['text'] },
          supported_parameters: ['temperature', 'reasoning', 'include_reasoning'],
        },
        { label: 'Some: Model', description: 'Good at sums.', input: ['text', 'image', 'pdf'], reasoning: true },
      ],
      [
        'OpenRouter, of one that can’t',
        { architecture: { input_modalities: ['text'] }, supported_parameters: ['temperature'] },
        { input: ['text'], reasoning: false },
      ],
      [
        'Mistral',
        { name: 'm', capabilities: { completion_chat: true, vision: true } },
        { input: ['text', 'image'], reasoning: undefined },
      ],
      ['Mistral, of one that does not see', { capabilities: { vision: false } }, { input: ['text'] }],
      ['Ollama', { capabilities: ['completion', 'vision', 'thinking'] }, { input: ['text', 'image'], reasoning: true }],
      ['llama.cpp', { capabilities: ['completion'] }, { input: ['text'], reasoning: undefined }],
      [
        'nobody',
        { name: 7, description: '', architecture: null, capabilities: null, supported_parameters: 'x' },
        { input: undefined },
      ],
    ])('is told by %s', (_name, entry, abilities) => {
      expect(told(entry)).toEqual(abilities);
    });

    it('is told by llama.cpp in a list beside', () => {
      const body = {
        ...list({ id: 'm' }, { id: 'n' }),
        models: [{ name: 'n', capabilities: ['completion', 'multimodal'] }],
      };
      expect(readOpenAiList(body, false).map(({ input }) => input)).toEqual([undefined, ['text', 'image']]);
    });

    it('is cut where it is told at length', () => {
      const { label, description } = told({ display_name: 'a'.repeat(500), description: 'b'.repeat(5000) });
      expect([label?.length, description?.length]).toEqual([101, 301]);
    });

    it.each([
      [{ capabilities: { completion_chat: false } }],
      [{ capabilities: ['embedding'] }],
      [{ type: 'embedding' }],
      [{ architecture: { output_modalities: ['image'] } }],
    ])('is no chat: %j', (entry) => {
      expect(names(list({ id: 'm', ...entry }, { id: 'chats' }))).toEqual(['chats']);
    });
  });
});
