import { Logger } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { createLog, NestLog } from '../../http/logger.js';
import { Accounts } from './accounts.service.js';
import { startAuth } from '../auth.testing.js';

const ADDRESS = '192.0.2.9';

describe('security events', () => {
  let auth: Awaited<ReturnType<typeof startAuth>>;
  let noted: Array<Record<string, unknown>>;
  const lines: string[] = [];

  beforeEach(async () => {
    noted = [];
    lines.length = 0;
    const log = new NestLog(createLog('info', { write: (line) => void lines.push(line) }));
    for (const level of ['log', 'warn'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...[message]: unknown[]) => {
        if (typeof message !== 'object') return;
        noted.push(message as Record<string, unknown>);
        log[level](message, 'Security');
      });
    }
    auth = await startAuth({ LOGIN_ACCOUNT_MAX: '2' });
  });
  afterEach(async () => {
    await auth.close();
    jest.restoreAllMocks();
  });

  const post = (path: string, body: object, more: object = {}) =>
    auth.call('POST', path, { body, remoteAddress: ADDRESS, ...more });
  const logIn = (email: string, password: string) => post('/api/auth/login', { email, password });
  const taken = () => noted.splice(0);

  it('are noted once each, with account, address and outcome', async () => {
    const { token, user, password, email } = await auth.signUp();
    const own = { account: user.id, outcome: 'success' };
    expect(taken()).toEqual([
      { action: 'register', ...own, address: '127.0.0.1', reason: 'admin' },
      { action: 'login', ...own, address: '127.0.0.1' },
    ]);

    await logIn(email, 'wrong');
    await logIn('nobody@example.org', 'wrong');
    await logIn(email, 'wrong');
    await logIn(email, password);
    const failed = { action: 'login', outcome: 'failure', address: ADDRESS, reason: 'invalid_credentials' };
    const unknown = expect.stringMatching(/^unknown:[0-9a-f]{32}$/);
    expect(taken()).toEqual([
      { ...failed, account: user.id },
      { ...failed, account: unknown },
      { ...failed, account: user.id },
      { ...failed, account: user.id, reason: 'rate_limited' },
    ]);

    await auth.call('POST', '/api/user/password', { token, body: { password, newPassword: 'another good one' } });
    expect(taken()).toEqual([{ action: 'password', ...own, address: '127.0.0.1' }]);

    const accounts = auth.app.get(Accounts);
    const by = { actor: 'admin', address: ADDRESS };
    await expect(accounts.change(user.id, { disabled: true }, by)).rejects.toMatchObject({ code: 'last_admin' });
    const { user: bob } = await auth.signUp('bob@example.org');
    taken();
    await accounts.change(bob.id, { role: 'admin', disabled: true }, by);
    expect(taken()).toEqual([
      { action: 'role', outcome: 'success', account: bob.id, ...by, reason: 'admin' },
      { action: 'disable', outcome: 'success', account: bob.id, ...by },
    ]);
  });

  it('tell of what is stored, though the sessions could not be ended, and of that too', async () => {
    const admin = await auth.signUp();
    const { user, token, password } = await auth.signUp('bob@example.org');
    const accounts = auth.app.get(Accounts);
    const away = new AppError('dependency_down', 503, 'The session store is away.');
    const [by, account] = [{ actor: admin.user.id, address: ADDRESS }, user.id];
    const notEnded = { action: 'sessions', outcome: 'failure', account, reason: 'dependency_down' };
    taken();

    let ended = 0;
    // An owner's change ends them before as well.
    jest.spyOn(auth.sessions, 'removeByUser').mockImplementation(async () => {
      if (ended++ === 0) return [];
      throw away;
    });
    const changed = await auth.call('POST', '/api/user/password', {
      token,
      body: { password, newPassword: 'another good one' },
    });
    expect(changed.status).toBe(503);
    const own = { action: 'password', outcome: 'success', account, address: '127.0.0.1' };
    expect(taken()).toEqual([own, { ...notEnded, address: '127.0.0.1' }]);

    await expect(accounts.resetPassword(account, 'a third good one')).rejects.toBe(away);
    const command = { actor: 'command' };
    const reset = { action: 'password', outcome: 'success', account, ...command };
    expect(taken()).toEqual([reset, { ...notEnded, ...command }]);

    await expect(accounts.change(account, { disabled: true }, by)).rejects.toBe(away);
    expect(await auth.users.findById(account)).toMatchObject({ disabled: true });
    expect(taken()).toEqual([
      { action: 'disable', outcome: 'success', account, ...by },
      { ...notEnded, ...by },
    ]);
  });

  it('tell of a cookie that is presented by two, and of an old one', async () => {
    const { cookie, user } = await auth.signUp();
    taken();
    const refresh = (agent: string, presented?: string) =>
      auth.call('POST', '/api/auth/refresh', { cookie: presented, headers: { 'user-agent': agent } });
    const second = (await refresh('a', cookie)).cookie;
    expect(taken()).toEqual([]);
    await refresh('b', cookie);
    const event = { action: 'refresh', account: user.id, address: '127.0.0.1' };
    expect(taken()).toEqual([{ ...event, outcome: 'success', reason: 'shared' }]);
    const third = (await refresh('a', second)).cookie;
    await refresh('a', third);
    await refresh('b', cookie);
    expect(taken()).toEqual([{ ...event, outcome: 'failure', reason: 'reused' }]);
  });

  it('tell of a token that is ahead of the sessions, which have lost their last writes, and take it', async () => {
    const first = await auth.signUp();
    const refresh = async (presented?: string) => auth.call('POST', '/api/auth/refresh', { cookie: presented });
    let { cookie } = await refresh(first.cookie);
    const [known] = await auth.sessions.listByUser(first.user.id);
    for (let i = 0; i < 2; i++) ({ cookie } = await refresh(cookie));
    await auth.sessions.remove(known.id);
    await auth.sessions.create(known);
    taken();
    const answer = await refresh(cookie);
    expect(answer.status).toBe(200);
    const event = { action: 'refresh', account: first.user.id, address: '127.0.0.1' };
    expect(taken()).toEqual([{ ...event, outcome: 'success', reason: 'ahead' }]);
    expect((await refresh(answer.cookie)).status).toBe(200);
    expect(taken()).toEqual([]);
  });

  it('are lines with fields, without anybody’s secrets or address of e-mail', async () => {
    const { cookie, token, password } = await auth.signUp();
    await logIn('nobody@example.org', 'a secret that was typed');
    const written = lines.join('');
    expect(JSON.parse(lines[0])).toMatchObject({ context: 'Security', action: 'register', outcome: 'success' });
    for (const secret of [cookie, token, password, 'a secret that', 'example.org', 'Ada']) {
      expect(written).not.toContain(secret);
    }
  });
});
