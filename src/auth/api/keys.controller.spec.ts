import { Controller, Get, Logger, Post } from '@nestjs/common';
import { isSecret, newSecret } from '../../../libs/api-keys/index.js';
import { dependencyDown } from '../../../libs/errors/index.js';
import { ForPrograms } from '../../http/route.js';
import { Accounts } from '../accounts/accounts.service.js';
import { Authenticator } from '../accounts/authenticator.service.js';
import { MAX_KEYS } from '../keys/api-key-store.js';
import { startAuth } from '../auth.testing.js';
import { CurrentAuth } from './current-auth.js';

/** What features have: a route of the API, and one for programs elsewhere. */
@Controller()
class Routes {
  @Get('api/things')
  things(@CurrentAuth() auth: object) {
    return auth;
  }

  @Post('v1/chat')
  @ForPrograms('chat')
  chat(@CurrentAuth() auth: object) {
    return auth;
  }
}

const HOUR_MS = 3_600_000;
const start = (env: Record<string, string> = {}) => startAuth(env, () => ({ controllers: [Routes] }));
type Auth = Awaited<ReturnType<typeof start>>;

describe('keys for programs', () => {
  let auth: Auth;
  let ada: Awaited<ReturnType<Auth['signUp']>>;
  let eve: Awaited<ReturnType<Auth['signUp']>>;

  beforeEach(async () => {
    auth = await start();
    ada = await auth.signUp('ada@example.org');
    eve = await auth.signUp('eve@example.org');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await auth.close();
  });

  const make = async (body: object = {}, token = eve.token) => {
    const answer = await auth.call('POST', '/api/keys', { token, body: { name: 'a key', ...body } });
    expect(answer.status).toBe(201);
    return answer.body as { key: any; secret: string };
  };
  const bearer = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` } });
  const api = (secret: string) => ({ headers: { 'x-api-key': secret } });
  const refused = (reason: string) => ({
    status: 401,
    body: { code: 'unauthenticated', params: { reason } },
    headers: { 'www-authenticate': 'Bearer' },
  });

  describe('are made, listed, renamed and revoked', () => {
    it('with what they are left out for, and a secret that is shown once and kept as a hash', async () => {
      const { key, secret } = await make();
      expect(isSecret(secret)).toBe(true);
      expect(key).toEqual({
        ...{ id: key.id, name: 'a key', prefix: secret.slice(0, 14), models: null, expiresAt: null },
        ...{ scopes: ['models', 'chat', 'responses', 'embeddings'], tokensPerDay: null, lastUsedAt: null },
        createdAt: expect.any(String),
      });
      const list = await auth.call('GET', '/api/keys', { token: eve.token });
      expect(list).toMatchObject({ status: 200, body: { items: [key], nextCursor: null, mayMake: true } });
      expect(JSON.stringify([list.body, [...(await auth.keys.listByUser(eve.user.id))]])).not.toContain(secret);
    });

    it('with all that can be said of one', async () => {
      const expiresAt = new Date(Date.now() + HOUR_MS).toISOString();
      const body = { scopes: ['api'], models: ['demo/demo'], expiresAt, tokensPerDay: 1000 };
      expect((await make(body)).key).toMatchObject(body);
    });

    it.each([
      {},
      { name: '' },
      { name: 'a', scopes: [] },
      { name: 'a', scopes: ['all'] },
      { name: 'a', scopes: ['api', 'api'] },
      { name: 'a', models: [] },
      { name: 'a', models: [''] },
      { name: 'a', models: ['a\nb'] },
      { name: 'a', expiresAt: '2020-01-01T00:00:00Z' },
      { name: 'a', expiresAt: 'tomorrow' },
      { name: 'a', tokensPerDay: 0 },
      { name: 'a', tokensPerDay: 1.5 },
      { name: 'a', userId: 'another' },
    ])('but not with %j', async (body) => {
      const answer = await auth.call('POST', '/api/keys', { token: eve.token, body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    });

    it('newest first, in pages', async () => {
      const made = [];
      for (let i = 0; i < 3; i++) made.unshift((await make({ name: `${i}` })).key);
      const first = await auth.call('GET', '/api/keys?limit=2', { token: eve.token });
      expect(first.body.items).toEqual(made.slice(0, 2));
      const next = await auth.call('GET', `/api/keys?limit=2&cursor=${first.body.nextCursor}`, { token: eve.token });
      expect(next.body).toMatchObject({ items: made.slice(2), nextCursor: null });
    });

    it(`up to ${MAX_KEYS}`, async () => {
      for (let i = 0; i < MAX_KEYS; i++) await make();
      const more = await auth.call('POST', '/api/keys', { token: eve.token, body: { name: 'more' } });
      expect(more).toMatchObject({ status: 409, body: { code: 'too_many_keys', params: { maximum: MAX_KEYS } } });
      await make({}, ada.token);
    });

    it('by their owner alone', async () => {
      const { key, secret } = await make({ scopes: ['api'] });
      for (const [method, body] of [
        ['PATCH', { name: 'mine' }],
        ['DELETE', undefined],
      ] as const) {
        const answer = await auth.call(method, `/api/keys/${key.id}`, { token: ada.token, body });
        expect(answer).toMatchObject({ status: 404, body: { code: 'key_unknown' } });
      }
      const renamed = await auth.call('PATCH', `/api/keys/${key.id}`, { token: eve.token, body: { name: 'mine' } });
      expect(renamed).toMatchObject({ status: 200, body: { key: { ...key, name: 'mine' } } });
      expect((await auth.call('GET', '/api/things', bearer(secret))).status).toBe(200);
      expect(await auth.call('DELETE', `/api/keys/${key.id}`, { token: eve.token })).toMatchObject({ status: 204 });
      expect(auth.signals.revoked).toEqual([`key:${key.id}`]);
      expect(await auth.call('GET', '/api/things', bearer(secret))).toMatchObject(refused('key_unknown'));
      const again = await auth.call('DELETE', `/api/keys/${key.id}`, { token: eve.token });
      expect(again).toMatchObject({ status: 404 });
    });
  });

  describe('stand for their person', () => {
    it('in either header, and in both where they are the same', async () => {
      const { key, secret } = await make({ scopes: ['api'], models: ['demo/demo'] });
      const { id, name, scopes, models, tokensPerDay } = key;
      const who = { userId: eve.user.id, sessionId: `key:${id}`, key: { id, name, scopes, models, tokensPerDay } };
      const both = { headers: { ...bearer(secret).headers, ...api(secret).headers } };
      for (const options of [bearer(secret), api(secret), both]) {
        expect(await auth.call('GET', '/api/things', options)).toMatchObject({ status: 200, body: who });
      }
    });

    it('not where two headers bring different things', async () => {
      const { secret } = await make({ scopes: ['api'] });
      const other = (await make({ scopes: ['api'] })).secret;
      for (const authorization of [`Bearer ${other}`, `Bearer ${eve.token}`]) {
        const headers = { authorization, 'x-api-key': secret };
        expect(await auth.call('GET', '/api/things', { headers })).toMatchObject(refused('keys_differ'));
      }
      const headers = { authorization: 'Basic Zm9v', 'x-api-key': secret };
      expect((await auth.call('GET', '/api/things', { headers })).status).toBe(200);
    });

    it('for what they are for', async () => {
      const { secret } = await make({ scopes: ['chat'] });
      const missing = (scope?: string) => ({
        status: 403,
        body: { code: 'scope_missing', ...(scope && { params: { scope } }) },
      });
      expect(await auth.call('GET', '/api/things', bearer(secret))).toMatchObject(missing('api'));
      expect((await auth.call('POST', '/v1/chat', bearer(secret))).status).toBe(201);
      const other = (await make({ scopes: ['api'] })).secret;
      const inDialect = { status: 403, body: { error: { code: 'scope_missing', type: 'permission_error' } } };
      expect(await auth.call('POST', '/v1/chat', api(other))).toMatchObject(inDialect);
    });

    it('never for what says who they are, nor for keys', async () => {
      const { key, secret } = await make({ scopes: ['api'] });
      for (const [method, url] of [
        ['GET', '/api/keys'],
        ['POST', '/api/keys'],
        ['PATCH', `/api/keys/${key.id}`],
        ['DELETE', `/api/keys/${key.id}`],
        ['GET', '/api/user'],
        ['PATCH', '/api/user'],
        ['POST', '/api/user/password'],
        ['GET', '/api/auth/sessions'],
        ['POST', '/api/auth/login'],
        ['POST', '/api/auth/refresh'],
        ['GET', '/api/auth/methods'],
      ] as const) {
        expect(await auth.call(method, url, bearer(secret))).toMatchObject({
          status: 403,
          body: { code: 'scope_missing' },
        });
      }
    });

    it('where people are not taken', async () => {
      expect(await auth.call('POST', '/v1/chat', { token: eve.token })).toMatchObject({ status: 401 });
      expect(await auth.call('POST', '/v1/chat')).toMatchObject({
        status: 401,
        body: { error: { code: 'invalid_api_key' } },
      });
    });
  });

  describe('are refused', () => {
    it('mistyped, without a look-up', async () => {
      const { secret } = await make({ scopes: ['api'] });
      const look = jest.spyOn(auth.keys, 'findByHash');
      const last = secret.at(-1) === 'a' ? 'b' : 'a';
      for (const wrong of [secret.slice(0, -1) + last, secret.slice(0, -1), 'sk-parley-', `${secret}x`]) {
        expect(await auth.call('GET', '/api/things', bearer(wrong))).toMatchObject(refused('key_mistyped'));
        expect(await auth.call('GET', '/api/things', api(wrong))).toMatchObject(refused('key_mistyped'));
      }
      expect(await auth.call('GET', '/api/things', api(eve.token))).toMatchObject(refused('key_mistyped'));
      expect(look).not.toHaveBeenCalled();
    });

    it('unknown or mistyped, as failed log-ins of the address', async () => {
      await auth.close();
      auth = await start({ LOGIN_MAX: '3' });
      eve = await auth.signUp('eve@example.org');
      const { secret } = await make({ scopes: ['api'] });
      const from = (key: string, remoteAddress: string) =>
        auth.call('GET', '/api/things', { ...bearer(key), remoteAddress });
      for (let i = 0; i < 3; i++) expect(await from(newSecret(), '192.0.2.7')).toMatchObject(refused('key_unknown'));
      expect(await from('sk-parley-x', '192.0.2.7')).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(await from(secret, '192.0.2.7')).toMatchObject({ status: 200 });
      expect(await from(newSecret(), '192.0.2.8')).toMatchObject(refused('key_unknown'));
    });

    it('once they have expired', async () => {
      const { key, secret } = await make({ scopes: ['api'], expiresAt: new Date(Date.now() + HOUR_MS).toISOString() });
      const life = `key:${key.id}`;
      expect(await auth.app.get(Authenticator).isAlive(life)).toBe(true);
      const now = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(now + HOUR_MS + 1);
      expect(await auth.call('GET', '/api/things', bearer(secret))).toMatchObject(refused('key_expired'));
      expect(await auth.app.get(Authenticator).isAlive(life)).toBe(false);
    });

    it('while their account is disabled, and what is open for them is closed', async () => {
      const { key, secret } = await make({ scopes: ['api'] });
      const change = (disabled: boolean) =>
        auth.app.get(Accounts).change(eve.user.id, { disabled }, { actor: ada.user.id });
      await change(true);
      expect(auth.signals.revoked).toContain(`key:${key.id}`);
      expect(await auth.call('GET', '/api/things', bearer(secret))).toMatchObject(refused('key_rests'));
      expect(await auth.app.get(Authenticator).isAlive(`key:${key.id}`)).toBe(false);
      await change(false);
      expect((await auth.call('GET', '/api/things', bearer(secret))).status).toBe(200);
    });

    it('where the store is away: neither yes nor no', async () => {
      const { secret } = await make({ scopes: ['api'] });
      jest.spyOn(auth.keys, 'findByHash').mockRejectedValue(dependencyDown('database'));
      expect(await auth.call('GET', '/api/things', bearer(secret))).toMatchObject({ status: 503 });
    });
  });

  it.each([
    ['admins', 'admins_only', 200],
    ['false', 'keys_off', 401],
  ])('with API_KEYS=%s', async (allowed, reason, admins) => {
    await auth.close();
    auth = await start();
    // Both are made while everybody may.
    const [root, user] = [await auth.signUp('root@example.org'), await auth.signUp('user@example.org')];
    const ofRoot = await make({ scopes: ['api'] }, root.token);
    const ofUser = await make({ scopes: ['api'] }, user.token);
    Object.assign(auth.config, { API_KEYS: allowed });
    const makes = (token: string) => auth.call('POST', '/api/keys', { token, body: { name: 'more' } });
    expect(await makes(user.token)).toMatchObject({ status: 403, body: { code: 'forbidden', params: { reason } } });
    expect((await makes(root.token)).status).toBe(allowed === 'admins' ? 201 : 403);
    expect(await auth.call('GET', '/api/things', bearer(ofUser.secret))).toMatchObject(refused('key_rests'));
    expect((await auth.call('GET', '/api/things', bearer(ofRoot.secret))).status).toBe(admins);
    const list = await auth.call('GET', '/api/keys', { token: user.token });
    expect(list.body).toMatchObject({ items: [{ id: ofUser.key.id }], mayMake: false });
    expect((await auth.call('DELETE', `/api/keys/${ofUser.key.id}`, { token: user.token })).status).toBe(204);
  });

  it('note when they were used last, once a minute, on nobody’s way', async () => {
    const { key, secret } = await make({ scopes: ['api'] });
    const noted = jest.spyOn(auth.keys, 'noteUse');
    for (let i = 0; i < 5; i++) await auth.call('GET', '/api/things', bearer(secret));
    expect(noted).toHaveBeenCalledTimes(1);
    const [{ lastUsedAt }] = (await auth.call('GET', '/api/keys', { token: eve.token })).body.items;
    expect(new Date(lastUsedAt).getTime() % 60_000).toBe(0);
    noted.mockImplementation(() => new Promise(() => {}));
    const now = Date.now();
    jest.spyOn(Date, 'now').mockReturnValue(now + 61_000);
    await auth.keys.get(key.id);
    expect((await auth.call('GET', '/api/things', bearer(secret))).status).toBe(200);
  });

  it('are told of in the log: made, first used, revoked; and no secret is', async () => {
    const said: unknown[] = [];
    for (const level of ['log', 'warn'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...[message]: unknown[]) => void said.push(message));
    }
    const { key, secret } = await make({ scopes: ['api'] });
    for (let i = 0; i < 2; i++)
      await auth.call('GET', '/api/things', { ...bearer(secret), remoteAddress: '192.0.2.9' });
    await auth.call('DELETE', `/api/keys/${key.id}`, { token: eve.token });
    const about = { account: eve.user.id, key: key.id, outcome: 'success' };
    expect(said).toEqual([
      { action: 'key_create', ...about, address: '127.0.0.1' },
      { action: 'key_use', ...about, address: '192.0.2.9' },
      { action: 'key_revoke', ...about, address: '127.0.0.1' },
    ]);
    expect(JSON.stringify(said)).not.toContain(secret.slice(20));
  });

  it('made while their account goes are not kept', async () => {
    const find = auth.users.findById.bind(auth.users);
    let looks = 0;
    jest.spyOn(auth.users, 'findById').mockImplementation(async (id) => (looks++ === 0 ? find(id) : null));
    expect(await auth.call('POST', '/api/keys', { token: eve.token, body: { name: 'late' } })).toMatchObject({
      status: 401,
    });
    expect(await auth.keys.listByUser(eve.user.id)).toEqual([]);
  });
});
