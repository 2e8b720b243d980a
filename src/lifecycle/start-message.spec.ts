import { addressOf, startMessage } from './start-message.js';

describe('startMessage', () => {
  it.each([
    [{ address: '127.0.0.1', family: 'IPv4', port: 3080 }, 'http://127.0.0.1:3080'],
    [{ address: '::1', family: 'IPv6', port: 80 }, 'http://[::1]:80'],
    [{ address: '0.0.0.0', family: 'IPv4', port: 3080 }, 'http://localhost:3080'],
    [{ address: '::', family: 'IPv6', port: 3080 }, 'http://localhost:3080'],
  ])('makes an address to type of %o', (bound, address) => {
    expect(addressOf(bound)).toBe(address);
  });

  it('names the address to open, and the code that the first account needs', () => {
    const text = startMessage('http://h:1', { isNew: true, setupCode: 'ABCD', hasPage: true });
    expect(text).toMatch(/Open it in a browser:\n\n {4}http:\/\/h:1\n/);
    expect(text).toContain('Nobody has registered yet');
    expect(text).toContain('set-up code: ABCD');
    const local = { isNew: true, setupCode: 'ABCD', codeForProxy: true };
    expect(startMessage('http://h:1', { ...local, hasPage: true })).toContain('set-up code, through a proxy: ABCD');
    expect(startMessage('http://h:1', { ...local, hasPage: false })).not.toContain('ABCD');
    expect(text).not.toContain('curl');
    expect(startMessage('http://h:1', { isNew: true, hasPage: true })).not.toContain('code');
    expect(startMessage('http://h:1', { isNew: false, hasPage: true })).not.toContain('registered');
  });

  it('shows without a page how to make the first account by a call', () => {
    const text = startMessage('http://h:1', { isNew: true, setupCode: 'ABCD', hasPage: false });
    expect(text).toContain('curl http://h:1/api/auth/register');
    expect(JSON.parse(/-d '(.*)'/.exec(text)![1])).toMatchObject({ email: 'ada@example.org', setupCode: 'ABCD' });
    expect(startMessage('http://h:1', { isNew: true, hasPage: false })).not.toContain('setupCode');
    expect(startMessage('http://h:1', { isNew: false, hasPage: false })).not.toContain('register');
  });
});
