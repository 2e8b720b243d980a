import { addressOf, greeting } from './greeting.js';

describe('greeting', () => {
  it.each([
    [{ address: '127.0.0.1', family: 'IPv4', port: 3080 }, 'http://127.0.0.1:3080'],
    [{ address: '::1', family: 'IPv6', port: 80 }, 'http://[::1]:80'],
    [{ address: '0.0.0.0', family: 'IPv4', port: 3080 }, 'http://localhost:3080'],
    [{ address: '::', family: 'IPv6', port: 3080 }, 'http://localhost:3080'],
  ])('makes an address to type of %o', (bound, address) => {
    expect(addressOf(bound)).toBe(address);
  });

  it('shows how to make the first account, with its code where one is needed', () => {
    const text = greeting('http://h:1', { isNew: true, setupCode: 'ABCD' });
    expect(text).toContain('curl http://h:1/api/auth/register');
    expect(JSON.parse(/-d '(.*)'/.exec(text)![1])).toMatchObject({ email: 'ada@example.org', setupCode: 'ABCD' });
    expect(greeting('http://h:1', { isNew: true })).not.toContain('setupCode');
  });

  it('shows no registration where somebody has registered', () => {
    expect(greeting('http://h:1', { isNew: false })).not.toContain('register');
  });
});
