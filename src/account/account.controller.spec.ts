import { AuthModule } from '../auth/auth.module.js';
import { startAuth } from '../auth/auth.testing.js';
import { lastAdmin } from '../auth/user-rules.js';
import { AccountDeletion } from './account-deletion.js';
import { AccountController } from './account.controller.js';

describe('DELETE /api/user', () => {
  let auth: Awaited<ReturnType<typeof startAuth>>;
  let deleted: string[];
  let refusal: Error | undefined;

  beforeEach(async () => {
    deleted = [];
    refusal = undefined;
    const deletion = {
      delete: async (userId: string) => {
        if (refusal) throw refusal;
        return deleted.push(userId) > 0;
      },
    };
    auth = await startAuth(
      { LOGIN_ACCOUNT_MAX: '2' },
      {
        imports: [AuthModule],
        controllers: [AccountController],
        providers: [{ provide: AccountDeletion, useValue: deletion }],
      },
    );
  });
  afterEach(() => auth.close());

  const remove = (token: string | undefined, body: object) => auth.call('DELETE', '/api/user', { token, body });

  it('deletes the caller’s account and clears the cookie', async () => {
    const { token, user, password } = await auth.signUp();
    expect(await remove(token, { password })).toMatchObject({ status: 204, cookie: '' });
    expect(deleted).toEqual([user.id]);
  });

  it('needs the password; wrong ones count like failed log-ins', async () => {
    const { token, password, email } = await auth.signUp();
    for (let i = 0; i < 2; i++) {
      expect(await remove(token, { password: 'wrong' })).toMatchObject({
        status: 401,
        body: { code: 'invalid_credentials' },
      });
    }
    expect(await remove(token, { password })).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(await auth.call('POST', '/api/auth/login', { body: { email, password } })).toMatchObject({ status: 429 });
    expect(deleted).toEqual([]);
  });

  it('needs a session, and a body of the right form', async () => {
    const { token, password } = await auth.signUp();
    expect(await remove(undefined, { password })).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    for (const body of [{}, { password, all: true }, { password: 1 }]) {
      expect(await remove(token, body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    }
    expect(deleted).toEqual([]);
  });

  it('tells the last admin why not', async () => {
    const { token, password } = await auth.signUp();
    refusal = lastAdmin();
    const answer = await remove(token, { password });
    expect(answer).toMatchObject({ status: 409, body: { code: 'last_admin' }, cookie: undefined });
  });
});
