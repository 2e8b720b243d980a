import { titleFromWords } from './titles.service.js';

describe('titleFromWords', () => {
  it('is a short question itself, on one line', () => {
    expect(titleFromWords('  How do\n\tI  begin? ')).toBe('How do I begin?');
  });

  it('ends between words where the question is long', () => {
    const title = titleFromWords(
      'Explain the difference between optimistic and pessimistic locking in databases, please',
    );
    expect(title).toBe('Explain the difference between optimistic and pessimistic…');
  });

  it('cuts a word that is longer than a title, and no character in two', () => {
    expect(titleFromWords('x'.repeat(100))).toBe(`${'x'.repeat(59)}…`);
    const title = titleFromWords(`${'x'.repeat(58)}${'😀'.repeat(30)}`);
    expect(title).toBe(`${'x'.repeat(58)}…`);
  });

  it('has no control characters', () => {
    expect(titleFromWords('a\u0000b\u001b[31mc')).toBe('a b [31mc');
  });
});
