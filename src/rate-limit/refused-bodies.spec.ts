import fastifyOf, { type FastifyInstance } from 'fastify';
import type { AppError } from '../../libs/errors/index.js';
import type { RateLimits } from './rate-limits.service.js';
import { limitRefusedBodies } from './refused-bodies.js';

describe('the policy refused-body', () => {
  let fastify: FastifyInstance;
  const countRefusal = jest.fn();
  let now = performance.now();

  beforeEach(() => {
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    countRefusal.mockClear();
    fastify = fastifyOf();
    fastify.addHook('onRequest', async (request) => {
      const { user } = request.headers;
      if (user) request.auth = { userId: String(user), sessionId: 's' };
    });
    limitRefusedBodies(fastify, { countRefusal } as unknown as RateLimits);
    fastify.setErrorHandler((error: AppError, _request, reply) => {
      const retryAfter = error.retryAfterSeconds;
      void reply
        .code(error.status ?? 400)
        .headers(retryAfter ? { 'retry-after': retryAfter } : {})
        .send({ code: error.code });
    });
    fastify.post('/api/things', async () => ({}));
    fastify.post('/things', async () => ({}));
    fastify.get('/api/things', async (_request, reply) => reply.code(404).send({}));
  });
  afterEach(() => fastify.close());

  const post = (payload: string, headers: Record<string, string> = {}, url = '/api/things') =>
    fastify.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });
  const badOnes = async (count: number, headers = {}) => {
    for (let i = 0; i < count; i++) expect((await post('{bad', headers)).statusCode).toBe(400);
  };

  it('holds up whoever sent a hundred bad ones, before the next is read, until the window ends', async () => {
    await badOnes(100, { user: 'ada' });
    now += 20_000;
    const refused = await post('{bad', { user: 'ada' });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({
      'ratelimit-policy': '"refused-body";q=100;w=60',
      ratelimit: '"refused-body";r=0;t=40',
      'retry-after': '40',
    });
    expect((await post('{}', { user: 'ada' })).statusCode).toBe(429);
    expect(countRefusal).toHaveBeenCalledWith('refused-body');
    now += 40_001;
    expect((await post('{}', { user: 'ada' })).statusCode).toBe(200);
  });

  it('counts by user, else by address, and only what has a body', async () => {
    await badOnes(100);
    expect((await post('{}')).statusCode).toBe(429);
    expect((await post('{}', { user: 'ada' })).statusCode).toBe(200);
    expect((await post('{bad', {}, '/things')).statusCode).toBe(400);
    expect((await fastify.inject({ method: 'GET', url: '/api/things' })).statusCode).toBe(404);
    expect((await fastify.inject({ method: 'POST', url: '/api/things' })).statusCode).toBe(200);
  });

  it('counts nothing that is good', async () => {
    for (let i = 0; i < 150; i++) expect((await post('{}', { user: 'ada' })).statusCode).toBe(200);
    await badOnes(100, { user: 'ada' });
  });
});
