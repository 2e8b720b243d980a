import { describeAddress, parseRedisAddress } from './redis-address.js';

const node = (host: string, port: number) => ({ host, port });

describe('parseRedisAddress', () => {
  it.each([
    ['redis://localhost', { kind: 'single', nodes: [node('localhost', 6379)], db: 0, tls: false }],
    [' redis://10.0.0.1:6380/3 ', { kind: 'single', nodes: [node('10.0.0.1', 6380)], db: 3 }],
    ['redis://[::1]:6380/', { kind: 'single', nodes: [node('::1', 6380)], db: 0 }],
    ['rediss://:p%40ss@host', { tls: true, username: undefined, password: 'p@ss' }],
    ['redis://user:a%2Fb%25@host', { username: 'user', password: 'a/b%' }],
    ['redis://a:1,redis://b:2', { kind: 'cluster', nodes: [node('a', 1), node('b', 2)], db: 0, tls: false }],
    ['rediss://u:p@a:1,b:2, c', { kind: 'cluster', nodes: [node('a', 1), node('b', 2), node('c', 6379)], tls: true }],
    ['redis://u:p@a:1,b:2', { username: 'u', password: 'p' }],
    ['redis://a:1,', { kind: 'cluster', nodes: [node('a', 1)] }],
    [
      'redis+sentinel://u:p@a:1,b,[::1]:3/name/2',
      {
        kind: 'sentinel',
        nodes: [node('a', 1), node('b', 26379), node('::1', 3)],
        masterName: 'name',
        db: 2,
        tls: false,
        username: 'u',
        password: 'p',
        sentinelPassword: undefined,
      },
    ],
    [
      'rediss+sentinel://a/name?sentinelUsername=s&sentinelPassword=x%2By',
      { kind: 'sentinel', tls: true, db: 0, password: undefined, sentinelUsername: 's', sentinelPassword: 'x+y' },
    ],
  ])('reads %s', (text, expected) => {
    expect(parseRedisAddress(text)).toMatchObject(expected);
  });

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://:secret@',
    'redis://:secret@host:no',
    'redis://:secret@host:70000',
    'redis://:secret@host/name',
    'redis://:secret%@host',
    'redis://:secret@a:1,b:2/4',
    'redis+sentinel://:secret@a:1,b:2',
    'redis+sentinel://:secret@a:1/',
    'redis+sentinel://:secret@a:1/name/x',
    'redis+sentinel://:secret@a:1/name/1/2',
    'redis+sentinel://:secret@/name',
  ])('refuses %s, saying what would be right and nothing of a password', (text) => {
    expect(() => parseRedisAddress(text)).toThrow(/The address of Redis .*redis\+sentinel:/);
    expect(() => parseRedisAddress(text)).not.toThrow(/secret/);
  });

  it('is told without what is secret', () => {
    const told = (text: string) => describeAddress(parseRedisAddress(text));
    expect(told('redis://u:p@a:1,[::1]:2')).toBe('a:1, [::1]:2');
    expect(told('redis+sentinel://u:p@a:1/name')).toBe('name through the sentinels a:1');
  });
});
