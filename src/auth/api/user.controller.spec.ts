import { dependencyDown } from '../../../libs/errors/index.js';
import { startAuth } from '../auth.testing.js';
import { MAX_SESSIONS } from '../accounts/sessions.service.js';

describe('one’s own account and sessions', () => {
  let auth: Awaited<ReturnType<typeof startAuth>>;
  beforeEach(async () => {
    auth = await startAuth({ LOGIN_ACCOUNT_MAX: '3' });
  });
  afterEach(() => auth.close());

  const logIn = async (email: string, password: string) =>
    (await auth.call('POST', '/api/auth/login', { body: { email, password } })).body.token as string;

  it('is read and renamed', async () => {
    const { token, user } = await auth.signUp();
    const patched = await auth.call('PATCH', '/api/user', { token, body: { name: ' Grace ' } });
    expect(patched).toMatchObject({ status: 200, body: { user: { ...user, name: 'Grace' } } });
    expect((await auth.call('GET', '/api/user', { token })).body).toEqual(patched.body);
    for (const body of [{ name: '' }, { role: 'admin', name: 'x' }, {}]) {
      expect(await auth.call('PATCH', '/api/user', { token, body })).toMatchObject({ status: 400 });
    }
  });

  describe('password', () => {
    const change = (token: string, body: object) => auth.call('POST', '/api/user/password', { token, body });

    it('is changed, and the other sessions end', async () => {
      const { token, email, password } = await auth.signUp();
      const other = await logIn(email, password);
      const answer = await change(token, { password, newPassword: 'another horse battery' });
      expect(answer.status).toBe(204);
      expect((await auth.call('GET', '/api/user', { token })).status).toBe(200);
      expect((await auth.call('GET', '/api/user', { token: other })).status).toBe(401);
      expect(auth.signals.revoked).toHaveLength(1);
      expect(await logIn(email, password)).toBeUndefined();
      expect(await logIn(email, 'another horse battery')).toEqual(expect.any(String));
    });

    it('needs the present one; wrong ones count like failed log-ins', async () => {
      const { token, email, password } = await auth.signUp();
      const wrong = { password: 'wrong', newPassword: 'another horse battery' };
      for (let i = 0; i < 3; i++) {
        expect(await change(token, wrong)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
      }
      expect(await change(token, { ...wrong, password })).toMatchObject({ status: 429 });
      expect(await logIn(email, password)).toBeUndefined();
    });

    it('must be a good one', async () => {
      const { token, password } = await auth.signUp();
      const { status, body } = await change(token, { password, newPassword: 'password1' });
      expect(status).toBe(400);
      const guessed = (message: string, reason: string) => [
        {
          path: 'newPassword',
          message: expect.stringContaining(message),
          code: 'guessable_password',
          params: { reason },
        },
      ];
      expect(body.errors).toEqual(guessed('most common', 'common'));
      const own = await change(token, { password, newPassword: 'Ada@example.org!' });
      expect(own.body.errors).toEqual(guessed('address', 'email'));
    });

    it('is not changed where the sessions can’t be ended: the owner tries again', async () => {
      const { token, email, password } = await auth.signUp();
      const other = await logIn(email, password);
      const away = jest.spyOn(auth.sessions, 'removeByUser').mockRejectedValueOnce(dependencyDown('session store'));
      const body = { password, newPassword: 'another horse battery' };
      expect(await change(token, body)).toMatchObject({ status: 503, body: { code: 'dependency_down' } });
      expect((await change(token, body)).status).toBe(204);
      expect((await auth.call('GET', '/api/user', { token: other })).status).toBe(401);
      away.mockRestore();
    });

    it('of two changes at once one holds', async () => {
      const { token, password } = await auth.signUp();
      const answers = await Promise.all(
        ['first horse battery', 'second horse battery'].map((newPassword) => change(token, { password, newPassword })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
    });
  });

  describe('sessions', () => {
    const list = (token: string, query = '') => auth.call('GET', `/api/auth/sessions${query}`, { token });

    it('are a hundred at most: the one that was not used for longest ends', async () => {
      const { token, user } = await auth.signUp();
      const ago = (ms: number) => new Date(Date.now() - ms);
      const made = Array.from({ length: MAX_SESSIONS }, (_, i) => ({
        ...{ id: `s${i}`, userId: user.id, createdAt: ago(1000), lastUsedAt: ago(1000 * (i + 1)) },
        ...{ expiresAt: ago(-1e9), address: '', userAgent: '', usedToken: -1 },
      }));
      for (const session of made) await auth.sessions.create(session);
      const newest = await logIn('ada@example.org', 'correct horse battery');
      expect(await auth.sessions.listByUser(user.id)).toHaveLength(MAX_SESSIONS);
      expect(auth.signals.revoked).toEqual([`s${MAX_SESSIONS - 2}`, `s${MAX_SESSIONS - 1}`]);
      for (const one of [token, newest]) expect((await auth.call('GET', '/api/user', { token: one })).status).toBe(200);
    });

    it('are listed newest first, the present one marked, page by page', async () => {
      const { token, email, password } = await auth.signUp();
      const tokens = [token];
      for (let i = 0; i < 2; i++) tokens.push(await logIn(email, password));
      await auth.signUp('b@example.org');
      const { body } = await list(tokens[2]);
      expect(body).toEqual({ items: expect.any(Array), nextCursor: null });
      expect(body.items.map(({ current }: { current: boolean }) => current)).toEqual([true, false, false]);
      expect(body.items[0]).toEqual({
        id: expect.any(String),
        createdAt: expect.stringMatching(/Z$/),
        lastUsedAt: expect.stringMatching(/Z$/),
        address: '127.0.0.1',
        userAgent: 'lightMyRequest',
        current: true,
      });
      const first = await list(token, '?limit=2');
      const rest = await list(token, `?limit=2&cursor=${first.body.nextCursor}`);
      const ids = (page: typeof first) => page.body.items.map(({ id }: { id: string }) => id);
      expect([...ids(first), ...ids(rest)]).toEqual(ids({ ...first, body }));
      expect(rest.body.nextCursor).toBeNull();
      for (const query of ['?limit=0', '?limit=101', '?cursor=x', '?other=1']) {
        expect(await list(token, query)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
      }
    });

    it('one is ended, and out at its next request', async () => {
      const { token, email, password } = await auth.signUp();
      const other = await logIn(email, password);
      const { id } = (await list(token)).body.items.find(({ current }: { current: boolean }) => !current);
      expect((await auth.call('DELETE', `/api/auth/sessions/${id}`, { token })).status).toBe(204);
      expect(auth.signals.revoked).toEqual([id]);
      expect((await auth.call('GET', '/api/user', { token: other })).status).toBe(401);
      expect((await auth.call('DELETE', `/api/auth/sessions/${id}`, { token })).status).toBe(404);
    });

    it('of somebody else do not exist', async () => {
      const { cookie } = await auth.signUp();
      const { token } = await auth.signUp('b@example.org');
      for (const id of [cookie.split('.')[0], 'nonsense']) {
        const answer = await auth.call('DELETE', `/api/auth/sessions/${id}`, { token });
        expect(answer).toMatchObject({ status: 404, body: { code: 'session_unknown' } });
      }
      expect(auth.signals.revoked).toEqual([]);
    });
  });
});
