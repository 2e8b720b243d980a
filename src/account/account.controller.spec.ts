import { dependencyDown } from '../../libs/errors/index.js';
import { AuthModule } from '../auth/auth.module.js';
import { startAuth } from '../auth/auth.testing.js';
import { SecurityEvents } from '../auth/accounts/security-events.service.js';
import { lastAdmin } from '../auth/users/user-rules.js';
import { AccountDeletion } from './account-deletion.service.js';
import { AccountController } from './account.controller.js';

describe('DELETE /api/user', () => {
  let auth: Awaited<ReturnType<typeof startAuth>>;
  let deleted: string[];
  let refusal: Error | undefined;
  let trouble: Error | undefined;

  beforeEach(async () => {
    deleted = [];
    refusal = trouble = undefined;
    const deletion = {
      begin: async () => {
        if (refusal) throw refusal;
        return true;
      },
      finish: async (userId: string) => {
        if (trouble) throw trouble;
        deleted.push(userId);
      },
    };
    auth = await startAuth({ LOGIN_ACCOUNT_MAX: '2' }, (config) => ({
      imports: [AuthModule.forRoot(config)],
      controllers: [AccountController],
      providers: [{ provide: AccountDeletion, useValue: deletion }],
    }));
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

  it('that takes longer is noted as done: it goes on by itself', async () => {
    const { token, user, password } = await auth.signUp();
    const note = jest.spyOn(auth.app.get(SecurityEvents), 'note');
    trouble = dependencyDown('database');
    expect(await remove(token, { password })).toMatchObject({ status: 503 });
    const event = { action: 'delete', account: user.id, address: '127.0.0.1' };
    expect(note.mock.calls).toEqual([[{ ...event, outcome: 'success' }]]);
    refusal = lastAdmin();
    await remove(token, { password });
    expect(note.mock.calls.at(-1)).toEqual([{ ...event, outcome: 'failure', reason: 'last_admin' }]);
  });
});
