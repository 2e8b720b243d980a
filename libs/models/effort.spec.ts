import { listedEfforts, nearestEffort } from './effort.js';

describe('how much a model is to think', () => {
  it.each([
    ['minimal', ['none', 'low', 'medium', 'high'], 'low'],
    ['medium', ['low', 'high'], 'high'],
    ['low', ['none', 'high'], 'high'],
    ['high', ['none', 'low'], 'low'],
    ['none', ['low', 'medium', 'high'], 'low'],
    ['none', ['none', 'high'], 'none'],
    ['low', ['none'], undefined],
    ['low', [], undefined],
  ] as const)('is %s, of %j, as near as can be: %s', (asked, taken, effort) => {
    expect(nearestEffort(asked, taken)).toBe(effort);
  });

  it.each([
    [
      'OpenAI',
      'minimal',
      "unsupported_value Unsupported value: 'minimal' is not supported with the 'gpt-5.1' model. Supported values are: 'none', 'low', 'medium', and 'high'.",
      ['none', 'low', 'medium', 'high'],
    ],
    [
      'pydantic (vLLM, Mistral)',
      'none',
      "reasoning_effort: Input should be 'low', 'medium' or 'high'",
      ['low', 'medium', 'high'],
    ],
    ['Groq', 'low', '`reasoning_effort` must be one of `none` or `default`', ['none']],
    [
      'Ollama',
      'minimal',
      'invalid reasoning value: \'minimal\' (must be "high", "medium", "low", or "none")',
      ['none', 'low', 'medium', 'high'],
    ],
    ['one that lists it all the same', 'low', "reasoning_effort must be one of 'low', 'high'", undefined],
    ['one that speaks of something else', 'low', 'temperature should be low', undefined],
    ['one that lists none', 'low', 'reasoning_effort is not supported', undefined],
  ] as const)('is learnt from the words of %s', (_name, sent, words, efforts) => {
    expect(listedEfforts(words, sent)).toEqual(efforts);
  });
});
