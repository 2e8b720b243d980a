import { ApiError } from '../api/problem.js';
import { de } from './de.js';
import { en } from './en.js';
import { errorText } from './index.js';

const invalid = (path: string, message: string) =>
  new ApiError('validation_failed', 400, '', null, [{ path, message }]);

describe('errorText', () => {
  it('says of a question that is too long how long it may be', () => {
    expect(errorText(invalid('message', 'must have at most 100000 characters'))).toBe(en.chat.tooLong(100_000));
    expect(en.chat.tooLong(100_000)).toContain('100,000 characters');
    expect(de.chat.tooLong(100_000)).toContain('100.000 Zeichen');
  });

  it('names any other field', () => {
    expect(errorText(invalid('title', 'is wrong'))).toBe('Something in it is not valid. (title: is wrong)');
  });
});
