import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { ModulesContainer } from '@nestjs/core';
import type { ZodObject } from 'zod';
import { ERRORS, FIELD_ERRORS, type FieldError, type ParamKinds } from '../../libs/errors/index.js';
import { checkAsk, checkKey } from '../../src/generation/ask/check-ask.js';
import { validationPipe } from '../../src/http/validation.pipe.js';
import { TestApp } from '../support/app.js';
import { PASSWORD, Person } from '../support/person.js';

/** Whatever may be sent in a field. Texts of lengths around each limit that a schema has. */
const NONSENSE: unknown[] = [
  ...[undefined, null, true, -1, 0.5, 1e12, NaN, '', ' ', '\u0000', 'x', 'nonsense', [], [1], {}, { x: 1 }],
  ...[101, 201, 255, 501, 1001, 1025, 20_001].map((length) => 'a'.repeat(length)),
  ...['password', '        ', 'Parley2026', 'ada@example.org', 'Ada Ada Ada 2026'],
];

function isOfCatalogue(catalogue: Record<string, ParamKinds>, { code, params = {} }: any): boolean {
  const kinds = catalogue[code];
  if (!kinds) return false;
  const isNamed = Object.keys(params).every((name) => name in kinds || `${name}?` in kinds);
  return isNamed && Object.entries(kinds).every(([name, kind]) => isOfKind(params[name.replace('?', '')], name, kind));
}

function isOfKind(value: unknown, name: string, kind: ParamKinds[string]): boolean {
  if (value === undefined) return name.endsWith('?');
  if (kind === 'number') return Number.isFinite(value);
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'texts') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  return kind.includes(value as string);
}

describe('error codes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({ LOGIN_MAX: '2', MESSAGE_MAX_CHARS: '50' });
  });
  afterAll(() => app?.stop());

  const errorsOf = (schema: ZodObject, value: unknown): Promise<FieldError[]> =>
    validationPipe.transform(value, { type: 'body', schema }).then(
      () => [],
      ({ errors }) => errors,
    );

  /** Every schema that a route declares, by where it stands. */
  function schemas(): Array<[where: string, schema: ZodObject]> {
    const controllers = [...app.get(ModulesContainer).values()].flatMap(({ controllers }) => [...controllers.values()]);
    return controllers.flatMap(({ metatype }) => {
      const { prototype } = metatype as { prototype: object };
      return Object.getOwnPropertyNames(prototype).flatMap((method) => {
        const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, metatype as object, method) ?? {};
        const declared = Object.values<{ schema?: ZodObject }>(args).flatMap(({ schema }) => (schema ? [schema] : []));
        return declared.map((schema): [string, ZodObject] => [
          `${(metatype as { name: string }).name}.${method}`,
          schema,
        ]);
      });
    });
  }

  it('has a code of its own for whatever may be wrong with a field of any route', async () => {
    const found = schemas();
    expect(found.map(([where]) => where)).toEqual(
      expect.arrayContaining(['AuthController.register', 'AskController.ask']),
    );
    expect(found.length).toBeGreaterThan(12);
    const bad: unknown[] = [];
    for (const [where, schema] of found) {
      const bodies: unknown[] = [undefined, null, 1, 'x', [], { constructor: 1, unknown: 1 }, {}];
      for (const field of Object.keys(schema.shape)) bodies.push(...NONSENSE.map((value) => ({ [field]: value })));
      for (const body of bodies) {
        for (const error of await errorsOf(schema, body)) {
          if (error.code === 'invalid' || !isOfCatalogue(FIELD_ERRORS, error)) bad.push({ where, body, error });
        }
      }
    }
    expect(bad).toEqual([]);
  });

  it.each([
    ['a missing field', 'login', { password: 'x' }, 'email', 'required', undefined],
    ['no text', 'register', { name: ' ' }, 'name', 'empty', undefined],
    ['a short password', 'register', { password: 'x1!y' }, 'password', 'too_short', { minimum: 8 }],
    ['a long password', 'register', { password: 'x1!y'.repeat(40) }, 'password', 'too_long', { maximum: 128 }],
    ['a very long one', 'register', { password: 'x1!y'.repeat(400) }, 'password', 'too_long', { maximum: 128 }],
    ['a blank one', 'register', { password: ' '.repeat(9) }, 'password', 'empty', undefined],
    ['a common one', 'register', { password: 'password1' }, 'password', 'guessable_password', { reason: 'common' }],
    ['one’s name', 'register', { password: 'LinusLinus!' }, 'password', 'guessable_password', { reason: 'name' }],
    ['the product’s', 'register', { password: 'Parley2026' }, 'password', 'guessable_password', { reason: 'product' }],
    ['no e-mail address', 'register', { email: 'x' }, 'email', 'bad_format', { format: 'email' }],
    ['a line break', 'register', { name: 'a\nb' }, 'name', 'bad_format', { format: 'one_line' }],
    ['a number', 'register', { name: 1 }, 'name', 'wrong_type', { expected: 'string' }],
    ['an unknown field', 'login', { email: 'a@b.c', password: 'x', more: 1 }, 'more', 'unknown_field', undefined],
  ])('%s', async (_name, route, change, path, code, params) => {
    const whole = { name: 'LinusLinus', email: 'l@example.org', password: PASSWORD };
    const response = await fetch(`${app.url}/api/auth/${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(route === 'register' ? { ...whole, ...change } : change),
    });
    const { code: refusal, errors } = (await response.json()) as any;
    expect([response.status, refusal]).toEqual([400, 'validation_failed']);
    expect(errors).toEqual([{ path, message: expect.any(String), code, ...(params && { params }) }]);
  });

  it.each([
    ['PATCH', '/api/convos/x', { pinned: 1 }, 'pinned', 'wrong_type', { expected: 'boolean' }],
    ['PATCH', '/api/convos/x', { temperature: 3 }, 'temperature', 'too_big', { maximum: 2 }],
    ['PATCH', '/api/convos/x', { temperature: -1 }, 'temperature', 'too_small', { minimum: 0 }],
    ['PATCH', '/api/admin/users/x', {}, 'body', 'one_required', { fields: ['role', 'disabled'] }],
    ['PATCH', '/api/admin/users/x', { role: 'boss' }, 'role', 'not_one_of', { options: ['admin', 'user'] }],
    ['GET', '/api/convos?pinned=x', undefined, 'pinned', 'not_one_of', { options: ['', 'true', 'false'] }],
    ['GET', '/api/convos?cursor=x', undefined, 'cursor', 'bad_format', { format: 'cursor' }],
    ['GET', '/api/convos?limit=x', undefined, 'limit', 'wrong_type', { expected: 'number' }],
    ['GET', '/api/search', undefined, 'q', 'required', undefined],
    ['POST', '/api/ask/demo', { message: 'x', maxTokens: 1.5 }, 'maxTokens', 'wrong_type', { expected: 'integer' }],
    ['POST', '/api/ask/demo', { message: 'x'.repeat(51) }, 'message', 'too_long', { maximum: 50 }],
    ['POST', '/api/ask/demo', { message: ' ' }, 'message', 'empty', undefined],
    ['POST', '/api/ask/demo', [[[]]], 'body', 'wrong_type', { expected: 'object' }],
  ])('%s %s %j', async (method, path, body, field, code, params) => {
    const ada = await admin();
    const response = await ada.call(method, path, body);
    const { errors } = (await response.json()) as any;
    expect(response.status).toBe(400);
    expect(errors).toEqual([{ path: field, message: expect.any(String), code, ...(params && { params }) }]);
  });

  it('says what the fields of a question say together', () => {
    const refused = (body: object) => {
      try {
        checkAsk(body, 50);
      } catch (error) {
        return (error as { errors: FieldError[] }).errors[0];
      }
      return undefined;
    };
    expect(refused({})).toMatchObject({ path: 'message', code: 'required' });
    expect(refused({ answerTo: 'x' })).toMatchObject({ code: 'required', params: { with: 'answerTo' } });
    expect(refused({ answerTo: 'x', message: 'x' })).toMatchObject({ code: 'conflicts', params: { with: 'answerTo' } });
    expect(() => checkKey('')).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ code: 'empty' })] }),
    );
    const long = expect.objectContaining({ code: 'too_long', params: { maximum: 255 } });
    expect(() => checkKey('x'.repeat(256))).toThrow(expect.objectContaining({ errors: [long] }));
  });

  it('says as data what a refusal says in words', async () => {
    const ada = await admin();
    const problem = async (response: Promise<Response>): Promise<any> => (await response).json();
    const unknown = await problem(ada.ask({ message: 'x', model: 'gpt-0' }, 'demo'));
    expect(unknown).toMatchObject({ code: 'model_unknown', params: { endpoint: 'demo', model: 'gpt-0' } });
    const eve = await app.person('Eve');
    const forbidden = await problem(eve.call('GET', '/api/admin/users'));
    expect(forbidden).toMatchObject({ code: 'forbidden', params: { reason: 'admins_only' } });
    await ada.call('PATCH', `/api/admin/users/${eve.user.id}`, { disabled: true });
    const logIn = (password: string) =>
      problem(
        fetch(`${app.url}/api/auth/login`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: eve.user.email, password }),
        }),
      );
    expect(await logIn(PASSWORD)).toMatchObject({ code: 'forbidden', params: { reason: 'account_disabled' } });
    for (let i = 0; i < 2; i++) await logIn('wrong');
    const locked = await logIn(PASSWORD);
    expect(locked).toMatchObject({ code: 'rate_limited', params: { limit: 'login', seconds: expect.any(Number) } });
    expect(locked.detail).toContain(`in ${locked.params.seconds} seconds`);
    for (const one of [unknown, forbidden, locked]) expect(isOfCatalogue(ERRORS, one)).toBe(true);
  });

  let first: Promise<Person> | undefined;
  /** The first to come. */
  const admin = () => (first ??= app.person('Ada'));
});
