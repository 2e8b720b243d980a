import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 } from 'uuid';
import { testConfig } from '../../config/config.testing.js';
import { RefreshCookie } from './refresh-cookie.service.js';

const SECRET = 'the-present-secret-0123456789-abcdef';
const PREVIOUS = 'the-former-secret-0123456789-abcdefg';

const request = (cookie?: string, secure?: string) =>
  ({
    cookies: { parley_refresh: cookie, '__Secure-parley_refresh': secure },
    headers: {},
    protocol: secure === undefined ? 'http' : 'https',
  }) as unknown as FastifyRequest;

function made(by: RefreshCookie, sessionId: string, token: number): string {
  let value = '';
  const reply = { setCookie: (_name: string, text: string) => (value = text) };
  by.set(request(), reply as unknown as FastifyReply, { sessionId, token });
  return value;
}

describe('RefreshCookie', () => {
  const cookies = new RefreshCookie(testConfig({ JWT_SECRET: SECRET }));
  const sessionId = v7();

  it('reads what it set', () => {
    for (const token of [0, 1, 12_345]) {
      expect(cookies.read(request(made(cookies, sessionId, token)))).toEqual({ sessionId, token });
    }
  });

  it('over https sets both names, and reads the newer of two of one session', () => {
    const names: string[] = [];
    const reply = { setCookie: (name: string) => names.push(name), clearCookie: (name: string) => names.push(name) };
    cookies.set(request('', ''), reply as unknown as FastifyReply, { sessionId, token: 1 });
    cookies.clear(request('', ''), reply as unknown as FastifyReply);
    cookies.set(request(), reply as unknown as FastifyReply, { sessionId, token: 1 });
    const both = ['__Secure-parley_refresh', 'parley_refresh'];
    expect(names).toEqual([...both, ...both, 'parley_refresh']);

    const [old, next] = [made(cookies, sessionId, 1), made(cookies, sessionId, 2)];
    const later = v7({ msecs: Date.now() + 1000 });
    const another = made(cookies, later, 0);
    expect(cookies.read(request(old, next))).toEqual({ sessionId, token: 2 });
    // An older build beside us has set its own alone.
    expect(cookies.read(request(next, old))).toEqual({ sessionId, token: 2 });
    // One that was planted over http can't take the place of what came over https, however new its session.
    expect(cookies.read(request(another, next))).toEqual({ sessionId, token: 2 });
    expect(cookies.read(request(made(cookies, later, 7), old))).toEqual({ sessionId, token: 1 });
    expect(cookies.read(request(undefined, next))).toEqual({ sessionId, token: 2 });
    expect(cookies.read(request(old, 'forged'))).toEqual({ sessionId, token: 1 });
  });

  it('refuses everything else', () => {
    const value = made(cookies, sessionId, 1);
    const [id, , mac] = value.split('.');
    const others = [
      `${id}.01.${mac}x`,
      `${id}.2.${mac}`,
      `${id}.-1.${mac}`,
      `${v7()}.1.${mac}`,
      `${id}.1.é${mac.slice(1)}`,
    ];
    for (const text of [undefined, '', 'a.b.c', ...others, `${value} `]) {
      expect(cookies.read(request(text))).toBeUndefined();
    }
  });

  it('takes the former secret while it rotates, and signs with the present one', () => {
    const former = made(new RefreshCookie(testConfig({ JWT_SECRET: PREVIOUS })), sessionId, 3);
    const rotating = new RefreshCookie(testConfig({ JWT_SECRET: SECRET, JWT_SECRET_PREVIOUS: PREVIOUS }));
    expect(cookies.read(request(former))).toBeUndefined();
    expect(rotating.read(request(former))).toEqual({ sessionId, token: 3 });
    expect(cookies.read(request(made(rotating, sessionId, 4)))).toEqual({ sessionId, token: 4 });
  });
});
