import { textOfTurn } from '../../../libs/models/index.js';
import type { Message } from '../../chat/store/index.js';
import { buildContext } from './context.js';

const branch = (...texts: string[]) =>
  texts.map((text, i) => ({ text, role: i % 2 ? 'assistant' : 'user' }) as unknown as Message);
const texts = (messages: Message[], options = {}) => buildContext(messages, options).map(textOfTurn);

describe('buildContext', () => {
  it('is the whole branch where the window is unknown or wide', () => {
    expect(texts(branch('a', 'b', 'c'))).toEqual(['a', 'b', 'c']);
    expect(texts(branch('a', 'b', 'c'), { contextTokens: 8000 })).toEqual(['a', 'b', 'c']);
  });

  it('leaves out answers without text', () => {
    expect(texts(branch('a', '', 'c'))).toEqual(['a', 'c']);
  });

  it('leaves out the oldest where it is narrow, and begins with a question', () => {
    const long = branch('x'.repeat(400), 'y'.repeat(400), 'z'.repeat(400), 'answer', 'question');
    expect(texts(long, { contextTokens: 300, maxTokens: 100 })).toEqual(['z'.repeat(400), 'answer', 'question']);
    expect(texts(long, { contextTokens: 120, maxTokens: 50 })).toEqual(['question']);
  });

  it('reserves room for the answer and the instructions', () => {
    const four = branch('x'.repeat(400), 'answer', 'question');
    const options = { contextTokens: 250 };
    expect(texts(four, options)).toHaveLength(3);
    expect(texts(four, { ...options, instructions: 'i'.repeat(400) })).toEqual(['question']);
    expect(texts(four, { ...options, maxTokens: 240 })).toEqual(['question']);
  });

  it('keeps the question however long it is', () => {
    expect(texts(branch('a', 'b', 'q'.repeat(10_000)), { contextTokens: 100 })).toEqual(['q'.repeat(10_000)]);
  });
});
