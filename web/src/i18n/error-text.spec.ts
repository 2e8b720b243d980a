import { ERRORS, FIELD_ERRORS, type ParamKinds } from '../../../libs/errors/catalogue.js';
import { ApiError, type FieldError } from '../api/problem.js';
import { de } from './de.js';
import { en } from './en.js';
import { errorText, reasonText, wordsFor } from './index.js';

const refused = (code: string, params?: object, errors?: FieldError[]) =>
  new ApiError(code, 400, 'The server says so.', null, errors, params);
const invalid = (field: FieldError) => refused('validation_failed', {}, [field]);

describe('errorText', () => {
  it('says of a question that is too long how long it may be', () => {
    const field = { path: 'message', code: 'too_long', params: { maximum: 100_000 } };
    expect(errorText(invalid(field))).toBe(en.chat.tooLong(100_000));
    expect(en.chat.tooLong(100_000)).toContain('100,000 characters');
    expect(de.chat.tooLong(100_000)).toContain('100.000 Zeichen');
  });

  it('names any other field as the page does, and what is wrong with it', () => {
    const of = (path: string, code?: string, params?: object) => errorText(invalid({ path, code, params }));
    expect(of('newPassword', 'too_short', { minimum: 8 })).toBe(
      'Something in it is not valid. New password: At least 8 characters.',
    );
    expect(of('cursor', 'bad_format', { format: 'cursor' })).toBe('Something in it is not valid. This can’t be read.');
    expect(of('title', 'a_code_of_later', { x: 1 })).toBe('Something in it is not valid. Title: This is not valid.');
    expect(of('title')).toBe('Something in it is not valid. Title: This is not valid.');
  });

  it('says what a code means, and from when on it can be done', () => {
    expect(errorText(refused('rate_limited', { limit: 'login', seconds: 200 }))).toBe(
      'Those were too many tries. Possible again in 4 min.',
    );
    expect(reasonText(refused('rate_limited', { limit: 'login', seconds: 200 }))).toBe('Those were too many tries.');
    expect(errorText(refused('rate_limited'))).toBe('That was a lot of calls in a short time.');
    expect(errorText(refused('forbidden', { reason: 'account_disabled' }))).toContain('disabled');
    expect(errorText(refused('forbidden', { reason: 'toString' }))).toBe('This is not allowed.');
  });

  it('never shows a sentence of the server: what it does not know it tells in general', () => {
    expect(errorText(refused('a_code_of_later', { x: 1 }))).toBe(en.errors.internal);
    expect(errorText(refused('toString'))).toBe(en.errors.internal);
    expect(errorText(new TypeError('x'))).toBe(en.errors.internal);
  });
});

/** Every value that a parameter can have, as far as they differ; else one. */
function valuesOf(kind: ParamKinds[string]): unknown[] {
  if (typeof kind === 'object') return [...kind];
  return [kind === 'number' ? 12_345 : kind === 'text' ? 'Acme' : ['x', 'y']];
}

function paramsOf(kinds: ParamKinds): object[] {
  return Object.entries(kinds).reduce<object[]>(
    (all, [name, kind]) =>
      all.flatMap((params) => valuesOf(kind).map((value) => ({ ...params, [name.replace('?', '')]: value }))),
    [{}],
  );
}

describe.each([
  ['ERRORS', ERRORS, 'errors'],
  ['FIELD_ERRORS', FIELD_ERRORS, 'fields'],
] as const)('each code of %s', (_name, codes, place) => {
  const all = Object.entries<ParamKinds>(codes).flatMap(([code, kinds]) =>
    paramsOf(kinds).map((params) => [code, params] as const),
  );

  it.each(all)('%s %j has a sentence in both languages', (code, params) => {
    const sentences = [en, de].map((texts) => wordsFor(texts[place], code, params));
    for (const sentence of sentences) expect(sentence).toMatch(/^[^{}[\]]{8,}\.$/);
    expect(sentences[0]).not.toBe(sentences[1]);
    expect(sentences.join()).not.toMatch(/undefined|NaN/);
  });
});

it('says each code also where a proxy or an older server gives no parameters', () => {
  for (const code of Object.keys(ERRORS)) {
    for (const { errors } of [en, de]) expect(wordsFor(errors, code)).toMatch(/\.$/);
  }
});
