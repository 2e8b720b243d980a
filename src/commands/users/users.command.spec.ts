import { RecordedSignals } from '../../auth/auth.testing.js';
import type { ApiKeys } from '../../auth/accounts/api-keys.service.js';
import { Accounts } from '../../auth/accounts/accounts.service.js';
import type { Credentials } from '../../auth/accounts/credentials.service.js';
import { Passwords } from '../../auth/accounts/passwords.service.js';
import { MemorySessionStore } from '../../auth/sessions/memory/session-store.js';
import { SecurityEvents } from '../../auth/accounts/security-events.service.js';
import { Sessions } from '../../auth/accounts/sessions.service.js';
import { SetupCode } from '../../auth/accounts/setup-code.service.js';
import { MemoryUserStore } from '../../auth/users/memory/user-store.js';
import { testConfig } from '../../config/config.testing.js';
import { Notices } from '../../notices/notices.service.js';
import type { Disabling } from '../../generation/control/disabling.service.js';
import type { AccountDeletion } from '../../account/account-deletion.service.js';
import { UsersCommand } from './users.command.js';

describe('users', () => {
  let users: MemoryUserStore;
  let sessions: Sessions;
  let command: UsersCommand;
  const passwords = new Passwords();

  beforeEach(() => {
    users = new MemoryUserStore();
    const events = new SecurityEvents(testConfig());
    sessions = new Sessions(new MemorySessionStore(), new Notices(new RecordedSignals()), events, testConfig());
    const keys = { closeOpen: async () => undefined } as unknown as ApiKeys;
    const accounts = new Accounts(users, passwords, {} as Credentials, sessions, keys, events);
    const deletion = {
      begin: (id: string) => users.markDeleting(id),
      finish: (id: string) => users.remove(id),
    };
    const setupCode = new SetupCode(testConfig({ SETUP_CODE: 'a-code-of-mine' }), users);
    command = new UsersCommand(
      users,
      passwords,
      sessions,
      accounts,
      deletion as unknown as AccountDeletion,
      setupCode,
      accounts as unknown as Disabling,
      events,
    );
  });

  const run = async (line: string, typed?: string) => {
    const [out, err]: [string[], string[]] = [[], []];
    const readSecret = typed === undefined ? undefined : async () => typed;
    const code = await command.run(line.split(' ').filter(Boolean), {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      readSecret,
    });
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const find = (email: string) => users.findByEmail(email);
  const fits = async (email: string, password: string) => {
    const hash = (await find(email))!.passwordHash;
    return passwords.turn('ada', (compare) => compare(hash, password));
  };

  it('adds an account with the password that is typed, the first one as admin', async () => {
    const { code, out, err } = await run('add Ada@x.org --name Ada', 'correct horse battery');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe('Added ada@x.org as admin.');
    expect(await find('ada@x.org')).toMatchObject({ name: 'Ada', role: 'admin' });
    expect(await fits('ada@x.org', 'correct horse battery')).toBe(true);
    expect((await run('add bob@x.org', 'correct horse battery')).out).toBe('Added bob@x.org as user.');
    expect(await find('bob@x.org')).toMatchObject({ name: 'bob' });
    await run('add eve@x.org --role admin', 'correct horse battery');
    expect(await find('eve@x.org')).toMatchObject({ role: 'admin' });
  });

  it.each([undefined, ''])('generates a password where none is given (%p)', async (typed) => {
    const { out } = await run('add ada@x.org', typed);
    const password = /^Password: (\S+)$/m.exec(out)![1];
    expect(password).toMatch(/^([a-z2-9]{6}-){3}[a-z2-9]{6}$/);
    expect(await fits('ada@x.org', password)).toBe(true);
  });

  it('refuses a bad password and a taken e-mail', async () => {
    expect(await run('add ada@x.org', 'password1')).toMatchObject({ code: 1, err: expect.stringContaining('common') });
    expect(await find('ada@x.org')).toBeNull();
    await run('add ada@x.org');
    expect(await run('add ADA@x.org')).toMatchObject({ code: 1, err: 'There already is an account of ada@x.org.' });
  });

  it('shows the set-up code while it may be needed', async () => {
    expect(await run('setup-code')).toEqual({ code: 0, out: 'a-code-of-mine', err: '' });
    await run('add ada@x.org', 'correct horse battery');
    expect(await run('setup-code')).toMatchObject({ code: 1, out: '' });
  });

  it('lists all of them, over more than one page', async () => {
    expect((await run('list')).out).toBe('There is no account yet.');
    for (let i = 0; i < 130; i++) {
      await users.create({ id: `${i}`, name: 'N', email: `u${i}@x.org`, passwordHash: 'h', role: 'first' });
    }
    await users.change('7', { disabled: true });
    const lines = (await run('list')).out.split('\n');
    expect(lines).toHaveLength(131);
    expect(lines.find((line) => line.startsWith('u7@'))).toMatch(/^u7@x\.org +N +user +disabled +\d{4}-/);
  });

  it('sets a password and ends the sessions', async () => {
    await run('add ada@x.org');
    const { id } = (await find('ada@x.org'))!;
    await sessions.create(id, { address: '', userAgent: '' });
    expect((await run('password ada@x.org', 'another horse battery')).code).toBe(0);
    expect(await fits('ada@x.org', 'another horse battery')).toBe(true);
    expect(await sessions.list(id)).toEqual([]);
  });

  it('changes role and state; disabling ends the sessions', async () => {
    await run('add root@x.org');
    await run('add ada@x.org');
    const { id } = (await find('ada@x.org'))!;
    await sessions.create(id, { address: '', userAgent: '' });
    expect((await run('role ada@x.org admin')).out).toBe('ada@x.org: admin, active.');
    expect(await sessions.list(id)).toHaveLength(1);
    expect((await run('disable ada@x.org')).out).toBe('ada@x.org: admin, disabled.');
    expect(await sessions.list(id)).toEqual([]);
    expect((await run('enable ada@x.org')).out).toBe('ada@x.org: admin, active.');
    await run('disable ada@x.org');
    expect(await run('role root@x.org user')).toMatchObject({ code: 1, err: expect.stringContaining('last admin') });
  });

  it('deletes only with --yes', async () => {
    await run('add ada@x.org');
    expect((await run('delete ada@x.org')).code).toBe(64);
    expect(await find('ada@x.org')).not.toBeNull();
    expect((await run('delete ada@x.org --yes')).code).toBe(0);
    expect(await find('ada@x.org')).toBeNull();
  });

  it('shows sessions, and ends them', async () => {
    await run('add ada@x.org');
    const { id } = (await find('ada@x.org'))!;
    expect((await run('sessions ada@x.org')).out).toContain('not logged in');
    await sessions.create(id, { address: '192.0.2.1', userAgent: 'bad\u001b[2Jagent' });
    const { out } = await run('sessions ada@x.org');
    expect(out).toMatch(/192\.0\.2\.1 +bad\?\[2Jagent$/);
    expect((await run('sessions ada@x.org --end')).out).toBe('Sessions of ada@x.org that have ended: 1.');
    expect(await sessions.list(id)).toEqual([]);
  });

  it.each(['password', 'role', 'disable', 'enable', 'sessions'])('%s of nobody fails', async (name) => {
    const more = name === 'role' ? 'admin' : '';
    expect(await run(`${name} nobody@x.org ${more}`)).toMatchObject({
      code: 1,
      err: 'There is no account of nobody@x.org.',
    });
  });

  it.each([
    '',
    'dance',
    'constructor',
    'add',
    'add nobody',
    'add a@x.org b@x.org',
    'add a@x.org --role boss',
    'add a@x.org --end',
    'add a@x.org --sudo',
    'add a@x.org --name',
    'list a@x.org',
    'role a@x.org',
    'role a@x.org boss',
    'disable a@x.org --yes',
  ])('explains itself: %s', async (line) => {
    const { code, err, out } = await run(line);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err).toContain('Usage: npm run users -- <command>');
    expect(await users.everHadUser()).toBe(false);
  });

  it.each(['help', '--help', 'add -h'])('helps: %s', async (line) => {
    expect(await run(line)).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Usage:') });
  });

  it('tells a failure of the store', async () => {
    users.list = () => Promise.reject(new Error('away'));
    expect(await run('list')).toMatchObject({ code: 1, err: 'Error: away' });
  });
});
