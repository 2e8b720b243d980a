import { networkInterfaces } from 'node:os';
import type { FastifyRequest } from 'fastify';
import { testConfig } from '../config/config.testing.js';
import { allowedHosts, isDirect, parseHost } from './hosts.js';

const foreign = ['evil.example', 'evil.example:3080', '127.0.0.1.evil.example', 'localhost.evil.example', '192.0.2.7'];

describe('the Host header', () => {
  it.each([
    ['Chat.Example.org:8443', 'chat.example.org', '8443'],
    ['chat.example.org.', 'chat.example.org', ''],
    ['[::1]:3080', '::1', '3080'],
    ['127.0.0.1', '127.0.0.1', ''],
    ['a@localhost', '', ''],
    ['localhost/x', '', ''],
    ['', '', ''],
    [undefined, '', ''],
  ])('%s', (host, name, port) => expect(parseHost(host)).toEqual({ name, port }));
});

describe('allowedHosts', () => {
  const allowed = (env: Record<string, string>) => allowedHosts(testConfig(env));
  const own = ['localhost', 'localhost:3080', 'parley.localhost:80', '127.0.0.1:3080', '127.9.9.9', '[::1]:3080'];

  it('on loopback: names and addresses of this machine alone', () => {
    const is = allowed({ HOST: '127.0.0.1' });
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const mine = addresses.map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
    for (const host of [...own, ...mine]) expect([host, is(host)]).toEqual([host, true]);
    for (const host of [...foreign, '', undefined]) expect([host, is(host)]).toEqual([host, false]);
  });

  it('any where the network or a proxy reaches us and nothing was said', () => {
    for (const is of [allowed({ HOST: '0.0.0.0' }), allowed({ TRUST_PROXY: 'loopback' })]) {
      for (const host of [...own, ...foreign]) expect(is(host)).toBe(true);
    }
  });

  it.each<Record<string, string>>([
    { HOST: '0.0.0.0', PUBLIC_URL: 'https://chat.example.org:8443' },
    { HOST: '127.0.0.1', TRUST_PROXY: '1', PUBLIC_URL: 'https://chat.example.org/' },
    { HOST: '0.0.0.0', ALLOWED_HOSTS: 'other.example, Chat.example.org' },
    { HOST: '127.0.0.1', ALLOWED_HOSTS: 'chat.example.org' },
  ])('what was said, and this machine: %j', (env) => {
    const is = allowed(env);
    for (const host of [...own, 'chat.example.org', 'CHAT.example.org:443']) expect(is(host)).toBe(true);
    for (const host of foreign) expect(is(host)).toBe(false);
  });

  it('any with *, on loopback too', () => {
    expect(foreign.every(allowed({ HOST: '127.0.0.1', ALLOWED_HOSTS: '*' }))).toBe(true);
  });

  it.each(['https://chat.example.org', 'chat.example.org:443', 'a b', ','])('is not configured as %s', (text) => {
    expect(() => testConfig({ ALLOWED_HOSTS: text })).toThrow('must be names');
  });

  it('takes names as people write them', () => {
    expect(allowed({ ALLOWED_HOSTS: 'müller.example,[2001:db8::1]' })('xn--mller-kva.example')).toBe(true);
    expect(allowed({ ALLOWED_HOSTS: 'müller.example,[2001:db8::1]' })('[2001:db8::1]:80')).toBe(true);
  });

  it.each(['chat.example.org', 'https://chat.example.org/parley', 'ftp://chat.example.org', 'https://a:b@c.example'])(
    'PUBLIC_URL is no %s',
    (text) => expect(() => testConfig({ PUBLIC_URL: text })).toThrow('must be an origin'),
  );
});

describe('isDirect', () => {
  const direct = (headers: Record<string, string>, httpVersion = '1.1') =>
    isDirect({ headers: { host: '127.0.0.1:3080', ...headers }, raw: { httpVersion } } as unknown as FastifyRequest);

  it('is a call from this machine, and from a page of its own', () => {
    expect(direct({})).toBe(true);
    expect(direct({ host: 'localhost:3080', origin: 'http://localhost:3080' })).toBe(true);
  });

  it.each([
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-server',
    'forwarded',
    'via',
    'x-real-ip',
    'x-client-ip',
    'true-client-ip',
    'x-cluster-client-ip',
    'cf-connecting-ip',
    'cdn-loop',
    'x-original-host',
    'x-envoy-external-address',
  ])('is none with %s', (name) => expect(direct({ [name]: '127.0.0.1' })).toBe(false));

  it('is none under a foreign name, from a foreign page, or as nginx calls where it was told nothing else', () => {
    for (const host of foreign) expect(direct({ host })).toBe(false);
    expect(direct({ origin: 'https://chat.example.org' })).toBe(false);
    expect(direct({ origin: 'null' })).toBe(false);
    expect(direct({}, '1.0')).toBe(false);
  });
});
