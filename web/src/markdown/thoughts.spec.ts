import { withoutThoughts } from './thoughts.js';

describe('withoutThoughts', () => {
  it.each([
    ['<think>\nHm.\n</think>\n\nIt is 4.', 'Hm.', 'It is 4.'],
    // page/think
    ['<think> The user wants 4. **Hm**.\n\nYes. </think>\n\nIt is 4.', 'The user wants 4. **Hm**.\n\nYes.', 'It is 4.'],
    ['\n<thinking>Hm.</thinking>It is 4.', 'Hm.', 'It is 4.'],
    ['<think>Still at', 'Still at', ''],
    ['<think></think>It is 4.', '', 'It is 4.'],
  ])('%j', (text, thoughts, answer) => expect(withoutThoughts(text)).toEqual({ thoughts, answer }));

  it.each(['It is 4.', 'The mark <think>a</think>', '```\n<think>\n```', '<thinker>a</thinker>', ''])(
    'leaves %j',
    (text) => {
      expect(withoutThoughts(text)).toEqual({ thoughts: null, answer: text });
    },
  );
});
