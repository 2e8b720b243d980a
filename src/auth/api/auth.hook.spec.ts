import { Controller, Get, Post, Req } from '@nestjs/common';
import { Body, LargeBody, Public } from '../../http/route.js';
import type { FastifyRequest } from 'fastify';
import { dependencyDown } from '../../../libs/errors/index.js';
import { startAuth } from '../auth.testing.js';
import { Roles } from './roles.guard.js';

@Controller()
class SomeController {
  @Post('api/ask/:endpoint')
  @LargeBody()
  ask(@Req() request: FastifyRequest, @Body() _question: unknown) {
    return { auth: request.auth };
  }

  @Get('api/private')
  private() {
    return {};
  }

  @Public()
  @Get('api/public')
  public(@Req() request: FastifyRequest) {
    return { auth: request.auth ?? null };
  }

  @Roles('admin')
  @Get('api/admin/things')
  admin() {
    return {};
  }

  @Get('elsewhere')
  elsewhere(@Req() request: FastifyRequest) {
    return { auth: request.auth ?? null };
  }
}

describe('the hook and the guards', () => {
  let auth: Awaited<ReturnType<typeof startAuth>>;
  const start = async (env?: Record<string, string>) =>
    (auth = await startAuth(env, () => ({ controllers: [SomeController] })));
  afterEach(() => auth.close());

  const unauthenticated = { status: 401, body: { code: 'unauthenticated' }, headers: { 'www-authenticate': 'Bearer' } };

  it('want a session under /api, however the path is written, and nowhere else', async () => {
    await start();
    for (const url of ['/api/private', '/%61pi/private', '/api/priv%61te']) {
      expect(await auth.call('GET', url)).toMatchObject(unauthenticated);
    }
    expect((await auth.call('GET', '/elsewhere')).body).toEqual({ auth: null });
    expect((await auth.call('GET', '/api/public')).body).toEqual({ auth: null });
    expect(await auth.call('GET', '/api/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('know who calls', async () => {
    await start();
    const { token, cookie, user } = await auth.signUp();
    expect((await auth.call('GET', '/api/private', { token })).status).toBe(200);
    const { body } = await auth.call('GET', '/api/public', { token });
    expect(body).toEqual({ auth: { userId: user.id, sessionId: cookie.split('.')[0] } });
  });

  it('take a token from the header alone', async () => {
    await start();
    const { token } = await auth.signUp();
    expect(await auth.call('GET', `/api/private?token=${token}&access_token=${token}`)).toMatchObject(unauthenticated);
    expect(await auth.call('GET', '/api/private', { headers: { cookie: `token=${token}` } })).toMatchObject(
      unauthenticated,
    );
    for (const authorization of [token, `Basic ${token}`, 'Bearer', `Bearer ${token} x`, `Bearer x${token}`]) {
      expect(await auth.call('GET', '/api/private', { headers: { authorization } })).toMatchObject(unauthenticated);
    }
    const lower = { authorization: `bearer ${token}` };
    expect((await auth.call('GET', '/api/private', { headers: lower })).status).toBe(200);
  });

  it('ask for the role anew each time', async () => {
    await start();
    const admin = await auth.signUp();
    const { token, user } = await auth.signUp('b@example.org');
    const things = (by: string) => auth.call('GET', '/api/admin/things', { token: by });
    expect((await things(admin.token)).status).toBe(200);
    expect(await things(token)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await auth.call('GET', '/api/admin/things')).toMatchObject(unauthenticated);
    await auth.users.change(user.id, { role: 'admin' });
    expect((await things(token)).status).toBe(200);
    await auth.users.change(admin.user.id, { role: 'user' });
    expect((await things(admin.token)).status).toBe(403);
  });

  it('neither yes nor no while the session store is away', async () => {
    await start();
    const { token } = await auth.signUp();
    auth.sessions.get = () => Promise.reject(dependencyDown('session store'));
    for (const url of ['/api/private', '/api/public']) {
      expect(await auth.call('GET', url, { token })).toMatchObject({ status: 503, body: { code: 'dependency_down' } });
    }
    expect(await auth.call('POST', '/api/ask/demo', { token, body: {} })).toMatchObject({ status: 503 });
  });

  describe('an ask', () => {
    const ask = (options: Parameters<typeof auth.call>[2] = {}) =>
      auth.call('POST', '/api/ask/demo', { body: { message: 'x' }, ...options });

    it('without a session is refused before its body is read, and counted by address', async () => {
      await start({ MESSAGE_IP_MAX: '2' });
      const { token } = await auth.signUp();
      const malformed = { payload: '{', headers: { 'content-type': 'application/json' } };
      const first = await auth.fastify.inject({ method: 'POST', url: '/api/ask/demo', ...malformed });
      expect(first.statusCode).toBe(401);
      expect(first.headers.ratelimit).toBe('"message-ip";r=1;t=60');
      expect(await ask({ token: 'forged' })).toMatchObject(unauthenticated);
      expect(await ask()).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(await ask({ remoteAddress: '192.0.2.9' })).toMatchObject(unauthenticated);
      for (let i = 0; i < 3; i++) expect((await ask({ token })).status).toBe(201);
    });

    it('with a session counts by address only where the operator wants it', async () => {
      await start({ MESSAGE_IP_MAX: '2', MESSAGE_IP_SCOPE: 'all' });
      const { token } = await auth.signUp();
      for (let i = 0; i < 2; i++) expect((await ask({ token })).status).toBe(201);
      expect(await ask({ token })).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    });

    it('is refused while the counters are away', async () => {
      await start();
      auth.hits.hit = () => Promise.reject(new Error('away'));
      expect(await ask()).toMatchObject({ status: 503, body: { code: 'dependency_down' } });
    });
  });
});
