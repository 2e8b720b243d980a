import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { testConfig } from '../../config/config.testing.js';
import { AccessTokens } from './access-tokens.service.js';

const SECRET = 'the-present-secret-0123456789-abcdef';
const PREVIOUS = 'the-former-secret-0123456789-abcdefg';
const auth = { userId: 'user', sessionId: 'session' };

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

function forge(header: object, claims: object, signature: (input: string) => string): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input)}`;
}
const hmac =
  (secret: string, algorithm = 'sha256') =>
  (input: string) =>
    createHmac(algorithm, secret).update(input).digest('base64url');

describe('AccessTokens', () => {
  const tokens = new AccessTokens(testConfig({ JWT_SECRET: SECRET, ACCESS_TOKEN_MINUTES: '5' }));
  const claims = { sub: 'user', sid: 'session', exp: inSeconds(60) };
  const hs256 = { alg: 'HS256', typ: 'JWT' };

  it('verifies what it issued, and tells when it ends', () => {
    const { token, expiresAt } = tokens.issue(auth);
    expect(tokens.verify(token)).toEqual(auth);
    const [, payload] = token.split('.');
    const read = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(read).toEqual({ sub: 'user', sid: 'session', iat: expect.any(Number), exp: read.iat + 300 });
    expect(+expiresAt).toBe(read.exp * 1000);
  });

  it('takes a well-made one of the same secret', () => {
    expect(tokens.verify(forge(hs256, claims, hmac(SECRET)))).toEqual(auth);
  });

  it.each([
    ['no signature at all', forge({ alg: 'none' }, claims, () => '')],
    ['alg none with a signature', forge({ alg: 'none' }, claims, hmac(SECRET))],
    ['HS512', forge({ alg: 'HS512' }, claims, hmac(SECRET, 'sha512'))],
    ['another secret', forge(hs256, claims, hmac(PREVIOUS))],
    ['an end that has passed', forge(hs256, { ...claims, exp: inSeconds(-1) }, hmac(SECRET))],
    ['no end', forge(hs256, { ...claims, exp: undefined }, hmac(SECRET))],
    ['no session', forge(hs256, { ...claims, sid: undefined }, hmac(SECRET))],
    ['a user that is no text', forge(hs256, { ...claims, sub: 1 }, hmac(SECRET))],
    ['other claims under the same signature', tokens.issue(auth).token.replace(/\.[^.]+\./, `.${encode(claims)}.`)],
    ['nonsense', 'nonsense'],
    ['nothing', ''],
  ])('refuses %s', (_, token) => {
    expect(tokens.verify(token)).toBeUndefined();
  });

  it('refuses RS256', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const rsa = (input: string) => sign('sha256', Buffer.from(input), privateKey).toString('base64url');
    expect(tokens.verify(forge({ alg: 'RS256', typ: 'JWT' }, claims, rsa))).toBeUndefined();
  });

  it('remembers a good one no longer than it is good', () => {
    const { token, expiresAt } = tokens.issue(auth);
    expect([tokens.verify(token), tokens.verify(token)]).toEqual([auth, auth]);
    const now = jest.spyOn(Date, 'now');
    try {
      now.mockReturnValue(+expiresAt - 1000);
      expect(tokens.verify(token)).toEqual(auth);
      now.mockReturnValue(+expiresAt);
      expect(tokens.verify(token)).toBeUndefined();
    } finally {
      now.mockRestore();
    }
  });

  it('tells many people apart', () => {
    const people = Array.from({ length: 10_100 }, (_, i) => ({ userId: `user-${i}`, sessionId: `session-${i}` }));
    const issued = people.map((person) => tokens.issue(person).token);
    for (let round = 0; round < 2; round++) expect(issued.map((token) => tokens.verify(token))).toEqual(people);
  });

  it('takes the former secret while it rotates, and signs with the present one', () => {
    const former = new AccessTokens(testConfig({ JWT_SECRET: PREVIOUS })).issue(auth).token;
    const rotating = new AccessTokens(testConfig({ JWT_SECRET: SECRET, JWT_SECRET_PREVIOUS: PREVIOUS }));
    expect(tokens.verify(former)).toBeUndefined();
    expect(rotating.verify(former)).toEqual(auth);
    expect(tokens.verify(rotating.issue(auth).token)).toEqual(auth);
  });
});
