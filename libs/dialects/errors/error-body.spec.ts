import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { AppError } from '../../errors/index.js';
import { ModelError } from '../../models/index.js';
import { anthropicOf, openAiOf } from '../dialects.testing.js';
import { type Dialect, DialectError, errorBody, type Told, toldOf } from '../index.js';

const body = (dialect: Dialect, told: Told) => JSON.stringify(errorBody(dialect, told, 'r1'));
const path = ['messages', 3, 'content'];

async function openAiError(told: Told): Promise<InstanceType<typeof OpenAI.APIError>> {
  const client = openAiOf(body('chat', told), told.status);
  return client.models.list().then(
    () => undefined as any,
    (error: any) => error,
  );
}

async function anthropicError(told: Told): Promise<any> {
  const client = anthropicOf(body('messages', told), told.status);
  return client.models.list().then(
    () => undefined,
    (error: any) => error,
  );
}

describe('what the official clients make of an error', () => {
  it.each([
    [400, OpenAI.BadRequestError, Anthropic.BadRequestError, 'invalid_request_error', 'invalid_request_error'],
    [401, OpenAI.AuthenticationError, Anthropic.AuthenticationError, 'invalid_request_error', 'authentication_error'],
    [403, OpenAI.PermissionDeniedError, Anthropic.PermissionDeniedError, 'permission_error', 'permission_error'],
    [404, OpenAI.NotFoundError, Anthropic.NotFoundError, 'invalid_request_error', 'not_found_error'],
    [413, OpenAI.APIError, Anthropic.APIError, 'invalid_request_error', 'request_too_large'],
    [429, OpenAI.RateLimitError, Anthropic.RateLimitError, 'rate_limit_error', 'rate_limit_error'],
    [500, OpenAI.InternalServerError, Anthropic.InternalServerError, 'server_error', 'api_error'],
    [502, OpenAI.InternalServerError, Anthropic.InternalServerError, 'server_error', 'api_error'],
    [503, OpenAI.InternalServerError, Anthropic.InternalServerError, 'server_error', 'overloaded_error'],
  ])('%i', async (status, openAi, anthropic, openAiType, anthropicType) => {
    const told = { status, code: 'some_code', message: 'No.', path };
    const one = await openAiError(told);
    expect(one).toBeInstanceOf(openAi);
    expect(one).toMatchObject({ code: 'some_code', param: 'messages[3].content', type: openAiType });
    expect(one.message).toBe(`${status} No.`);
    const other = await anthropicError(told);
    expect(other).toBeInstanceOf(anthropic);
    expect(other).toMatchObject({
      type: anthropicType,
      errorCode: 'some_code',
      apiMessage: 'messages.3.content: No.',
      error: { request_id: 'r1' },
    });
  });
});

describe('what a program is told', () => {
  it('of a field', () => {
    expect(toldOf(new DialectError('invalid_type', ['stream'], 'No.'))).toEqual({
      status: 400,
      code: 'invalid_type',
      message: 'No.',
      path: ['stream'],
    });
  });

  it.each([
    [new AppError('unauthenticated', 401, 'Who?'), 401, 'invalid_api_key'],
    [new AppError('model_unknown', 404, 'None.', { params: { endpoint: 'e', model: 'm' } }), 404, 'model_not_found'],
    [new AppError('endpoint_unknown', 404, 'None.'), 404, 'model_not_found'],
    [new AppError('model_cannot', 422, 'No.', { params: { model: 'm', of: 'pdf' } }), 400, 'unsupported_value'],
    [new AppError('rate_limited', 429, 'Slow.'), 429, 'rate_limit_exceeded'],
    [new AppError('queue_full', 503, 'Full.'), 503, 'queue_full'],
    [new AppError('body_too_large', 413, 'Large.'), 413, 'body_too_large'],
  ])('of ours: %s', (error, status, code) => {
    expect(toldOf(error)).toEqual({ status, code, message: error.detail });
  });

  it('of bad fields, by the first', () => {
    const errors = [{ path: 'a.b', message: 'is missing', code: 'required' as const }];
    const told = toldOf(new AppError('validation_failed', 400, 'Bad.', { errors }));
    expect(told).toEqual({ status: 400, code: 'invalid_value', message: 'Bad. a.b: is missing', path: ['a', 'b'] });
  });

  it.each([
    [
      new ModelError('model_unavailable', 'Away.', { retryable: true, params: { provider: 'p' } }),
      503,
      'model_unavailable',
    ],
    [
      new ModelError('model_rate_limited', 'Busy.', { retryable: true, params: { provider: 'p' } }),
      429,
      'rate_limit_exceeded',
    ],
    [
      new ModelError('model_broken_stream', 'Broke.', { retryable: true, params: { reason: 'broke_off' } }),
      502,
      'model_broken_stream',
    ],
    [new ModelError('model_refused', 'No.', { retryable: false, params: { reason: 'filter' } }), 400, 'content_filter'],
    [
      new ModelError('model_refused', 'No.', { retryable: false, params: { reason: 'question' } }),
      400,
      'model_refused',
    ],
    [
      new ModelError('context_too_long', 'Long.', { retryable: false, params: { model: 'm' } }),
      400,
      'context_length_exceeded',
    ],
  ])('of a model: %s', (error, status, code) => {
    expect(toldOf(error)).toMatchObject({ status, code, message: error.message });
  });

  it('of a provider’s refusal of our key: never that its own is wrong, nor to try again', () => {
    for (const reason of ['key', 'access', 'credit'] as const) {
      const told = toldOf(new ModelError('model_misconfigured', 'Mine.', { retryable: false, params: { reason } }));
      expect(told).toMatchObject({ status: 502, code: 'model_misconfigured', shouldRetry: false });
    }
  });

  it('of a budget that is spent: not to try again at once, though it says when', () => {
    const params = { budget: 'b', seconds: 60 };
    const told = toldOf(new AppError('budget_exhausted', 429, 'Spent.', { params, retryAfterSeconds: 60 }));
    expect(told).toMatchObject({ status: 429, code: 'budget_exhausted', retryAfterSeconds: 60, shouldRetry: false });
  });

  it('of when to come again', () => {
    const busy = new ModelError('model_rate_limited', 'Busy.', {
      retryable: true,
      retryAfterMs: 1500,
      params: { provider: 'p' },
    });
    expect(toldOf(busy).retryAfterSeconds).toBe(2);
    expect(toldOf(new AppError('queue_full', 503, 'Full.', { retryAfterSeconds: 3 })).retryAfterSeconds).toBe(3);
  });

  it('of anything else: nothing', () => {
    expect(toldOf(new Error('secret'))).toEqual({
      status: 500,
      code: 'server_error',
      message: expect.not.stringContaining('secret'),
    });
    expect(toldOf(undefined).status).toBe(500);
  });
});
