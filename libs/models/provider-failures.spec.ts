import { retryAfterMs } from './retry-after.js';
import { scrub } from './scrub.js';

describe('retryAfterMs', () => {
  const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');
  it.each([
    [{ 'retry-after': '5' }, 5000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' }, 30_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:27:00 GMT' }, 0],
    [{ 'retry-after': 'Wed, 21 Oct 2026 09:00:10 GMT', date: 'Wed, 21 Oct 2026 09:00:00 GMT' }, 10_000],
    [{ 'retry-after-ms': '120.5', 'retry-after': '9' }, 121],
    [{ 'retry-after-ms': 'soon', 'retry-after': '9' }, 9000],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '' }, undefined],
    [{ 'retry-after': ['5', '6'] }, undefined],
    [{}, undefined],
  ])('reads %j as %p (upstream/429-zero, upstream/429-past-date)', (headers, ms) => {
    expect(retryAfterMs(headers, now)).toBe(ms);
  });
});

describe('scrub', () => {
  it.each([
    ['one line', 'a\r\n\tb\u0000c', 'a b c'],
    ['no password in an address', 'see https://me:pass@host/x and //tok@host', 'see https://host/x and //host'],
    ['no key', 'key sk-proj-abcdefgh12345678 and sk-pro*********5678.', 'key … and …'],
    ['no key of others', 'gsk_abcdefgh12345678 AIzaSyA-abcdefgh1234 xai-abcdefgh12', '… … …'],
    ['no token', 'Authorization: Bearer abc.def failed', 'Authorization: Bearer … failed'],
    [
      'nothing that is called a key',
      'api_key=abc, "token": "x y", password: z',
      'api_key=…, "token": "… y", password: …',
    ],
    ['what is known', 'you sent hunter22', 'you sent …'],
    ['ordinary words', 'task-oriented models take no temperature', 'task-oriented models take no temperature'],
  ])('shows %s', (_name, text, shown) => {
    expect(scrub(text, ['hunter22', ''])).toBe(shown);
  });

  it('shows 300 characters at most, whole ones', () => {
    expect(scrub('🥊'.repeat(5000), [])).toBe(`${'🥊'.repeat(150)}…`);
    expect(scrub(`a${'🥊'.repeat(5000)}`, [])).toBe(`a${'🥊'.repeat(149)}…`);
  });
});
