import { estimateBody } from './estimate.js';

describe('estimateBody', () => {
  it('is about a quarter of the texts’ bytes, wherever they stand', () => {
    const messages = [{ content: 'x'.repeat(400) }, { content: [{ text: 'é'.repeat(200) }] }];
    expect(estimateBody({ messages, stream: true, max_tokens: 100_000 })).toBe(200);
  });

  it('takes a file for about as much, however large it is', () => {
    const url = `data:image/png;base64,${'A'.repeat(1_000_000)}`;
    expect(estimateBody([{ image_url: { url } }, { source: { data: 'A'.repeat(1_000_000) } }])).toBe(2000);
  });

  it('counts tokens that are given as numbers', () => {
    expect(estimateBody([[1, 2, 3], 4])).toBe(4);
  });
});
