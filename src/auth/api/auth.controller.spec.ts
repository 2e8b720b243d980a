import { type Answer, startAuth } from '../auth.testing.js';
import { SetupCode } from '../accounts/setup-code.service.js';

type Auth = Awaited<ReturnType<typeof startAuth>>;

describe('auth', () => {
  let auth: Auth;
  const start = async (env?: Record<string, string>) => (auth = await startAuth(env));
  afterEach(() => auth.close());

  const person = { name: 'Ada', email: 'ada@example.org', password: 'correct horse battery' };
  const register = (more: object = {}) => auth.call('POST', '/api/auth/register', { body: { ...person, ...more } });
  const logIn = (more: object = {}, remoteAddress?: string) =>
    auth.call('POST', '/api/auth/login', {
      body: { email: person.email, password: person.password, ...more },
      remoteAddress,
    });

  describe('registering', () => {
    it('makes the very first account an admin, exactly one, and shows no secret', async () => {
      await start();
      const answers = await Promise.all([1, 2, 3, 4].map((i) => register({ email: `u${i}@example.org` })));
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
      expect(answers.filter(({ body }) => body.user.role === 'admin')).toHaveLength(1);
      expect(Object.keys(answers[0].body.user).sort()).toEqual(['createdAt', 'email', 'id', 'name', 'role']);
      expect(answers[0].body.user.createdAt).toMatch(/^\d{4}-.*Z$/);
    });

    it('trims the name, and takes the e-mail in lower case', async () => {
      await start();
      const { body } = await register({ name: '  Ada  ', email: ' Ada@Example.ORG ' });
      expect(body.user).toMatchObject({ name: 'Ada', email: 'ada@example.org' });
      expect(await register({ email: 'ADA@example.org' })).toMatchObject({
        status: 409,
        body: { code: 'email_taken' },
      });
    });

    it.each([
      ['name', ' '],
      ['name', 'x'.repeat(101)],
      ['name', 'a\u0007b'],
      ['email', 'nobody'],
      ['email', '@example.org'],
      ['email', 'a b@example.org'],
      ['email', 'a..b@example.org'],
      ['email', 'a\u200bb@example.org'],
      ['email', 'ada@example..org'],
      ['email', 'ada@-example.org'],
      ['email', 'ada@192.0.2.1'],
      ['email', 'ada@exa mple.org'],
      ['email', `${'x'.repeat(250)}@x.org`],
      ['password', 'short12'],
      ['password', 'x'.repeat(129)],
      ['password', 'Password123'],
      ['password', '        '],
      ['password', '\u200b\u3000\u00a0     '],
      ['password', 'ada@example.org'],
      ['password', 'Ada1815!'],
      ['password', 'Parley2026'],
      ['password', 'parley-2025!'],
      ['password', 'ｐａｓｓｗｏｒｄ１２３'],
      ['password', 12345678],
      ['setupCode', 1],
      ['other', 'unknown'],
    ])('refuses a bad %s: %p', async (field, value) => {
      await start();
      const { status, body } = await register({ [field]: value });
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'validation_failed' });
      expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([field]);
      expect(await auth.users.everHadUser()).toBe(false);
    });

    it.each([
      ['r&d@example.org', 'accounts/mail-ampersand'],
      ['info@müller.example', 'accounts/mail-idn-domain'],
      ['jörg@example.org', 'accounts/mail-unicode-local'],
      ['admin@localhost', 'accounts/mail-localhost'],
      ['dept/it@example.org', 'accounts/mail-slash'],
      ['o’neill+parley@example.org', 'a typographic quote'],
      ["o'neill=a!b%c@example.org", 'signs'],
      ['postmaster@intranet', 'no dot'],
      ['用户@例子.公司', 'Chinese'],
      ['info@xn--mller-kva.example', 'punycode'],
      ['ﬀ@example.org', 'a ligature'],
    ])('takes %s, as mail systems do, blind to case (%s)', async (email) => {
      await start();
      expect(await register({ email })).toMatchObject({ status: 201, body: { user: { role: 'admin' } } });
      for (const typed of [email.toUpperCase(), ` ${email} `, email.normalize('NFD')]) {
        expect((await logIn({ email: typed })).status).toBe(200);
      }
      expect(await register({ email: email.toUpperCase() })).toMatchObject({ body: { code: 'email_taken' } });
    });

    it('names every bad field at once', async () => {
      await start();
      const { body } = await register({ name: '', email: 'x', password: 'x' });
      expect(body.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['email', 'name', 'password']);
    });

    it.each([
      ['true', true],
      ['false', false],
    ])('is told beforehand, with ALLOW_REGISTRATION=%s', async (ALLOW_REGISTRATION, registration) => {
      await start({ ALLOW_REGISTRATION });
      const { status, body } = await auth.call('GET', '/api/auth/methods');
      expect([status, body]).toEqual([200, { password: true, registration, passkeys: false, secondFactor: false }]);
    });

    it('is closed where the operator says so, for the first account too', async () => {
      await start({ ALLOW_REGISTRATION: 'false' });
      expect(await register()).toMatchObject({ status: 403, body: { code: 'registration_closed' } });
    });

    it('is limited by address', async () => {
      await start({ REGISTER_MAX: '1' });
      const first = await register();
      expect(first.headers['ratelimit-policy']).toBe('"register";q=1;w=3600');
      expect(await register({ email: 'b@example.org' })).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    });

    it('asks for the setup code on an open network, for the first account only', async () => {
      await start({ HOST: '0.0.0.0', SETUP_CODE: 'a-Code-of-mine' });
      const refused = { status: 403, body: { code: 'setup_code_required' } };
      expect(await register()).toMatchObject(refused);
      expect(await register({ setupCode: 'a-Code-of-yours' })).toMatchObject(refused);
      expect(await register({ setupCode: 'a-Code-of-mine' })).toMatchObject({
        status: 201,
        body: { user: { role: 'admin' } },
      });
      const second = await register({ email: 'b@example.org' });
      expect(second).toMatchObject({ status: 201, body: { user: { role: 'user' } } });
    });

    it('asks for it on loopback too where a proxy may be in between', async () => {
      await start();
      const through = (headers: Record<string, string>) =>
        auth.call('POST', '/api/auth/register', { body: person, headers });
      const refused = { status: 403, body: { code: 'setup_code_required' } };
      for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via']) {
        expect(await through({ [name]: '127.0.0.1' })).toMatchObject(refused);
      }
      expect(await through({ origin: 'https://chat.example.org' })).toMatchObject(refused);
      expect(await through({ host: 'chat.example.org' })).toMatchObject({ status: 421 });
      const code = auth.app.get(SetupCode).code();
      expect(await auth.users.everHadUser()).toBe(false);
      const body = { ...person, setupCode: code };
      const answer = await auth.call('POST', '/api/auth/register', { body, headers: { via: '1.1 nginx' } });
      expect(answer).toMatchObject({ status: 201, body: { user: { role: 'admin' } } });
    });

    const proxied: Array<Record<string, string>> = [{ TRUST_PROXY: 'loopback' }, { PUBLIC_URL: 'http://localhost' }];
    it.each(proxied)('asks for it with %j', async (env) => {
      await start(env);
      expect(await register()).toMatchObject({ status: 403, body: { code: 'setup_code_required' } });
    });
  });

  describe('logging in', () => {
    it('gives a token that works, and the refresh cookie', async () => {
      await start();
      await register();
      const { status, body, headers } = await logIn({ email: 'Ada@Example.org' });
      expect(status).toBe(200);
      expect(Object.keys(body).sort()).toEqual(['expiresAt', 'token', 'user']);
      expect(Date.parse(body.expiresAt) - Date.now()).toBeGreaterThan(14 * 60_000);
      expect(headers['set-cookie']).toMatch(
        /^parley_refresh=[\w.-]+; Max-Age=2592000; Path=\/api\/auth; HttpOnly; SameSite=Strict$/,
      );
      expect(await auth.call('GET', '/api/user', { token: body.token })).toMatchObject({
        status: 200,
        body: { user: body.user },
      });
    });

    it.each([
      ['https', '1', true],
      ['https,http', '1', true],
      ['https, http', '2', true],
      ['HTTPS', '1', true],
      ['http,https', '1', false],
      ['http', '1', false],
      ['https', '10.0.0.1', false],
    ])(
      'marks the cookie Secure by X-Forwarded-Proto: %s, TRUST_PROXY=%s (accounts/cookie-xfp-list)',
      async (proto, trust, isSecure) => {
        await start({ TRUST_PROXY: trust });
        await register({ setupCode: auth.app.get(SetupCode).code() });
        const { headers } = await auth.call('POST', '/api/auth/login', {
          body: { email: person.email, password: person.password },
          headers: { 'x-forwarded-proto': proto, 'x-forwarded-for': '192.0.2.1' },
        });
        const set = [headers['set-cookie']].flat();
        expect(set.map((cookie: string) => [cookie.split('=')[0], cookie.includes('; Secure')])).toEqual(
          isSecure
            ? [
                ['__Secure-parley_refresh', true],
                ['parley_refresh', true],
              ]
            : [['parley_refresh', false]],
        );
        for (const cookie of set) expect(cookie).toContain('; Path=/api/auth; HttpOnly');
      },
    );

    it('answers a wrong password and an unknown e-mail alike', async () => {
      await start();
      await register();
      const [wrong, unknown] = [await logIn({ password: 'wrong' }), await logIn({ email: 'nobody@example.org' })];
      const { instance: _, ...problem } = wrong.body;
      expect(problem).toMatchObject({ status: 401, code: 'invalid_credentials' });
      expect(unknown.body).toEqual({ ...problem, instance: expect.any(String) });
      expect(wrong.cookie).toBeUndefined();
    });

    it('takes the password however it is composed', async () => {
      await start();
      await register({ password: 'Zo\u00eb was here' });
      expect((await logIn({ password: 'Zoe\u0308 was here' })).status).toBe(200);
    });

    it('refuses a disabled account, but only who knows the password learns it', async () => {
      await start();
      await register();
      const { id } = (await register({ email: 'b@example.org' })).body.user;
      await auth.users.change(id, { disabled: true });
      expect(await logIn({ email: 'b@example.org' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(await logIn({ email: 'b@example.org', password: 'x' })).toMatchObject({ status: 401 });
      await auth.users.markDeleting(id);
      expect(await logIn({ email: 'b@example.org' })).toMatchObject({ body: { code: 'invalid_credentials' } });
    });

    it('limits failures for one account from one address', async () => {
      await start({ LOGIN_ACCOUNT_MAX: '3' });
      await register();
      for (let i = 0; i < 3; i++) expect((await logIn({ password: 'wrong' })).status).toBe(401);
      const refused = await logIn();
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await logIn({}, '192.0.2.7')).status).toBe(200);
      expect((await logIn({ email: 'nobody@example.org' })).status).toBe(401);
    });

    it('limits failures that come all at once', async () => {
      await start({ LOGIN_ACCOUNT_MAX: '3' });
      await register();
      const answers = await Promise.all(Array.from({ length: 20 }, () => logIn({ password: 'wrong' })));
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(3);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(17);
    });

    it('lets a hundred right ones in at once, and counts none of them', async () => {
      await start();
      await register();
      const answers = await Promise.all(Array.from({ length: 100 }, () => logIn()));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect([...auth.hits.counts].filter(([key, hits]) => key.startsWith('login') && hits > 0)).toEqual([]);
    });

    it('does not count what it refuses', async () => {
      await start({ LOGIN_MAX: '2' });
      await register();
      for (let i = 0; i < 2; i++) expect((await logIn({ email: `n${i}@example.org` })).status).toBe(401);
      const before = new Map(auth.hits.counts);
      for (let i = 0; i < 5; i++) expect((await logIn()).status).toBe(429);
      expect(auth.hits.counts).toEqual(before);
    });

    it('limits failures for one account from all addresses, but not where it is signed in', async () => {
      await start({ LOGIN_ACCOUNT_MAX: '1' });
      await register();
      expect((await logIn({}, '192.0.2.100')).status).toBe(200);
      for (let i = 0; i < 10; i++) expect((await logIn({ password: 'wrong' }, `192.0.2.${i}`)).status).toBe(401);
      const refused = await logIn({ password: 'wrong' }, '192.0.2.50');
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(refused.headers['ratelimit-policy']).toContain('"login-account-all";q=10');
      expect((await logIn({}, '192.0.2.51')).status).toBe(429);
      expect((await logIn({}, '192.0.2.100')).status).toBe(200);
      expect((await logIn({ password: 'wrong' }, '192.0.2.100')).status).toBe(401);
      expect((await logIn({}, '192.0.2.100')).status).toBe(429);
    });

    it('limits guesses at an unknown account alike', async () => {
      await start({ LOGIN_ACCOUNT_MAX: '1' });
      const guess = (i: number) => logIn({ email: 'nobody@example.org' }, `192.0.2.${i}`);
      for (let i = 0; i < 10; i++) expect((await guess(i)).status).toBe(401);
      expect((await guess(10)).status).toBe(429);
    });

    it('counts no successful one', async () => {
      await start({ LOGIN_MAX: '2' });
      await register();
      for (let i = 0; i < 4; i++) expect((await logIn()).status).toBe(200);
      for (let i = 0; i < 2; i++) await logIn({ email: `n${i}@example.org` });
      expect(await logIn()).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    });

    it('leaves no session where the password was changed meanwhile', async () => {
      await start();
      const { id } = (await register()).body.user;
      const create = auth.sessions.create.bind(auth.sessions);
      auth.sessions.create = async (session) => {
        await auth.users.setPasswordHash(id, 'another');
        await create(session);
      };
      expect(await logIn()).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
      expect(await auth.sessions.listByUser(id)).toEqual([]);
    });
  });

  describe('refreshing', () => {
    const refresh = (cookie?: string) => auth.call('POST', '/api/auth/refresh', { cookie });

    it('gives the next cookie and a token', async () => {
      await start();
      let { cookie } = await auth.signUp();
      for (let i = 0; i < 3; i++) {
        const answer = await refresh(cookie);
        expect(answer).toMatchObject({ status: 200, body: { user: { email: person.email } } });
        expect((await auth.call('GET', '/api/user', { token: answer.body.token })).status).toBe(200);
        expect(answer.cookie).not.toBe(cookie);
        cookie = answer.cookie!;
      }
    });

    it('loses nobody by a lost answer or a second tab', async () => {
      await start();
      const { cookie } = await auth.signUp();
      const both = await Promise.all([refresh(cookie), refresh(cookie)]);
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      expect(both[0].cookie).toBe(both[1].cookie);
      expect((await refresh(both[0].cookie)).status).toBe(200);
      expect((await refresh(cookie)).status).toBe(200);
    });

    it('ends the session at the reuse of an old cookie, everywhere', async () => {
      await start();
      const { cookie, token } = await auth.signUp();
      const second = (await refresh(cookie)).cookie!;
      const third = (await refresh(second)).cookie!;
      await refresh(third);
      const reused = await refresh(cookie);
      expect(reused).toMatchObject({ status: 401, body: { code: 'session_revoked' }, cookie: '' });
      expect(auth.signals.revoked).toEqual([cookie.split('.')[0]]);
      expect(await refresh(third)).toMatchObject({ status: 401, body: { code: 'session_revoked' } });
      expect((await auth.call('GET', '/api/user', { token })).status).toBe(401);
    });

    it('ends a session where two devices refresh in step', async () => {
      await start();
      const { cookie, token } = await auth.signUp();
      const from = (agent: string, presented?: string) =>
        auth.call('POST', '/api/auth/refresh', { cookie: presented, headers: { 'user-agent': agent } });
      let present: string | undefined = cookie;
      for (let step = 0; step < 2; step++) {
        const own: Answer = await from('a browser', present);
        const thief = await from('another', present);
        expect([own.status, thief.status]).toEqual([200, 200]);
        present = own.cookie;
      }
      await from('a browser', present);
      expect(await from('another', present)).toMatchObject({ status: 401, body: { code: 'session_revoked' } });
      expect((await from('a browser', present)).status).toBe(401);
      expect((await auth.call('GET', '/api/user', { token })).status).toBe(401);
      expect(auth.signals.revoked).toEqual([cookie.split('.')[0]]);
    });

    it('lengthens a session, but never beyond its longest life', async () => {
      await start({ SESSION_DAYS: '30', SESSION_MAX_DAYS: '40' });
      const { cookie, token } = await auth.signUp();
      const id = cookie.split('.')[0];
      const day = 86_400_000;
      const session = (await auth.sessions.get(id))!;
      expect(Math.round((+session.expiresAt - Date.now()) / day)).toBe(30);
      const old = { ...session, createdAt: new Date(Date.now() - 25 * day) };
      await auth.sessions.create(old);
      const next = await refresh(cookie);
      expect(Math.round((+(await auth.sessions.get(id))!.expiresAt - Date.now()) / day)).toBe(15);
      // As an older build left it.
      await auth.sessions.create({ ...old, createdAt: new Date(Date.now() - 41 * day), usedToken: 0 });
      expect(await refresh(next.cookie)).toMatchObject({ status: 401, body: { code: 'session_revoked' } });
      expect((await auth.call('GET', '/api/user', { token })).status).toBe(401);
    });

    it('refuses what we did not sign', async () => {
      await start();
      const { cookie } = await auth.signUp();
      const [id, n, mac] = cookie.split('.');
      const last = mac.endsWith('A') ? 'E' : 'A';
      for (const forged of [undefined, 'x', `${id}.1.${mac}`, `${id}.${n}.${mac.slice(0, -1)}${last}`, `${id}.${n}.`]) {
        expect(await refresh(forged)).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      }
      expect((await refresh(cookie)).status).toBe(200);
    });

    it('gives nothing to a disabled account', async () => {
      await start();
      await auth.signUp();
      const { cookie, user } = await auth.signUp('b@example.org');
      await auth.users.change(user.id, { disabled: true });
      expect(await refresh(cookie)).toMatchObject({ status: 401, body: { code: 'session_revoked' } });
      expect(await auth.sessions.listByUser(user.id)).toEqual([]);
    });
  });

  describe('logging out', () => {
    it.each(['cookie', 'token'] as const)('ends the session by its %s', async (by) => {
      await start();
      const mine = await auth.signUp();
      const answer = await auth.call('POST', '/api/auth/logout', { [by]: mine[by] });
      expect(answer).toMatchObject({ status: 204, cookie: '' });
      expect(auth.signals.revoked).toEqual([mine.cookie.split('.')[0]]);
      expect((await auth.call('GET', '/api/user', { token: mine.token })).status).toBe(401);
    });

    it('is for our own pages', async () => {
      await start({ CORS_ORIGINS: 'https://other.example' });
      const { cookie, token } = await auth.signUp();
      const from = (headers: Record<string, string>) => auth.call('POST', '/api/auth/logout', { cookie, headers });
      const foreign: Array<[string, string]> = [
        ['origin', 'https://evil.example'],
        ['sec-fetch-site', 'same-site'],
      ];
      for (const [name, value] of foreign) {
        expect(await from({ [name]: value })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      }
      expect((await auth.call('GET', '/api/user', { token })).status).toBe(200);
      expect((await from({ origin: 'https://other.example' })).status).toBe(204);
      expect((await auth.call('GET', '/api/user', { token })).status).toBe(401);
    });

    it('is fine without a session', async () => {
      await start();
      expect((await auth.call('POST', '/api/auth/logout')).status).toBe(204);
      expect((await auth.call('POST', '/api/auth/logout', { token: 'nonsense', cookie: 'x' })).status).toBe(204);
      expect(auth.signals.revoked).toEqual([]);
    });
  });

  it('lets no cache keep what the API says', async () => {
    await start();
    const { token } = await auth.signUp();
    for (const call of [
      await auth.call('GET', '/api/user', { token }),
      await auth.call('GET', '/api/user'),
      await auth.call('GET', '/api/nothing'),
      await auth.call('GET', '/%61pi/user', { token }),
    ]) {
      expect(call.headers['cache-control']).toBe('no-store');
    }
  });
});
