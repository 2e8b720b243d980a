import { wrongShape } from './json-shape.js';

const shape = (value: unknown) => wrongShape(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));

describe('the shape of a body', () => {
  it.each([
    ['fields', fields(2000), null],
    ['too many fields', fields(2001), 'holds more than 2000 values'],
    ['too many elements', Array(2001).fill(1), 'holds more than 2000 values'],
    ['many objects one after another', `[${'{}'.repeat(2001)}]`, 'holds more than 2000 values'],
    ['levels', nested(32), null],
    ['too many levels', nested(33), 'is nested more than 32 levels deep'],
    ['a long way down', '{"a":'.repeat(100_000), 'is nested more than 32 levels deep'],
  ])('%s', (_name, value, expected) => {
    expect(shape(value)?.message ?? null).toBe(expected);
  });

  it('counts nothing of what stands in strings, whatever is escaped in them', () => {
    const text = '[,]{,}"\\'.repeat(5000);
    expect(shape({ message: text, [text]: text })).toBeNull();
    expect(shape(`["\\\\",${'1,'.repeat(2000)}1]`)).toMatchObject({
      message: 'holds more than 2000 values',
      code: 'too_many',
      params: { maximum: 2000 },
    });
    expect(shape('"never closed,,,')).toBeNull();
  });
});
