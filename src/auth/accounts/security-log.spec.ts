import { makeUsersCommand } from '../../commands/users/make-users-command.js';
import { createApp } from '../../app.js';
import { testConfig } from '../../config/config.testing.js';
import { securityLog } from './security-log.js';
import { UserStore } from '../users/user-store.js';

describe('what npm run users does', () => {
  it('is told on stderr, one line an event, and nothing else', async () => {
    const lines: string[] = [];
    const log = securityLog({ write: (line) => void lines.push(line) });
    const app = await createApp(testConfig(), log);
    try {
      const command = await makeUsersCommand(app);
      const said: string[] = [];
      const io = { out: (text: string) => void said.push(text), err: (text: string) => void said.push(text) };
      const run = (line: string) => command.run(line.split(' '), io);
      expect(await run('add root@example.org')).toBe(0);
      expect(lines).toHaveLength(1);
      await run('add ada@example.org --name Lovelace');
      const account = (await app.get(UserStore, { strict: false }).findByEmail('ada@example.org'))!.id;
      for (const what of ['role ada@example.org admin', 'disable ada@example.org', 'enable ada@example.org']) {
        expect(await run(what)).toBe(0);
      }
      expect(await run('password ada@example.org')).toBe(0);
      expect(await run('sessions ada@example.org --end')).toBe(0);
      await run('list');
      expect(await run('delete ada@example.org --yes')).toBe(0);
      expect(await run('role root@example.org user')).toBe(1);

      const events = lines.slice(1).map((line) => JSON.parse(line));
      const done = { context: 'Security', outcome: 'success', account, actor: 'command' };
      expect(events).toMatchObject([
        { ...done, action: 'register', reason: 'user' },
        { ...done, action: 'role', reason: 'admin' },
        { ...done, action: 'disable' },
        { ...done, action: 'enable' },
        { ...done, action: 'password' },
        { ...done, action: 'sessions' },
        { ...done, action: 'delete' },
        { action: 'role', outcome: 'failure', actor: 'command', reason: 'last_admin' },
      ]);
      const passwords = said.flatMap((text) => /^Password: (.+)$/.exec(text)?.[1] ?? []);
      expect(passwords).toHaveLength(3);
      for (const secret of [...passwords, 'example.org', 'Lovelace']) expect(lines.join('')).not.toContain(secret);
    } finally {
      await app.close();
    }
  });
});
