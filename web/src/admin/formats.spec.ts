import { formatsIn } from './formats.js';

/** Intl separates numbers and units by spaces that don't break. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe.each([
  [
    'en-GB',
    {
      ms: '4.3 ms',
      seconds: '12.5 sec',
      bytes: '1.5 GB',
      count: '12,345',
      ago: '−8 mins',
      in: 'in 3 hours',
      days: '2 days',
    },
  ],
  [
    'de',
    {
      ms: '4,3 ms',
      seconds: '12,5 Sek.',
      bytes: '1,5 GB',
      count: '12.345',
      ago: '−8 Min.',
      in: 'in 3 Stunden',
      days: '2 Tage',
    },
  ],
])('formats in %s', (language, expected) => {
  const formats = formatsIn(language);

  it('writes figures with their units', () => {
    expect(plain(formats.ms(4.26))).toBe(expected.ms);
    expect(plain(formats.ms(12_480)).toLowerCase()).toContain(expected.seconds.slice(0, 4));
    expect(plain(formats.bytes(1.52e9))).toBe(expected.bytes);
    expect(plain(formats.count(12_345))).toBe(expected.count);
  });

  it('writes how long something lasts, and how long until something', () => {
    expect(plain(formats.minutes(8))).toBe(expected.ago);
    expect(formats.inSeconds(3 * 3_600 + 5)).toBe(expected.in);
    expect(plain(formats.duration(2.9 * 86_400_000))).toBe(expected.days);
  });
});

describe('formats', () => {
  const formats = formatsIn('en');

  it('show fewer digits the greater a number is', () => {
    expect(formats.rate(0.25)).toBe('0.3');
    expect(formats.rate(123.4)).toBe('123');
    expect(plain(formats.ms(123.4))).toBe('123 ms');
    expect(plain(formats.bytes(85.4e6))).toBe('85 MB');
  });

  it('show a dash where nothing was measured', () => {
    for (const format of [formats.ms, formats.rate, formats.bytes, formats.count]) expect(format(null)).toBe('–');
  });

  it('never promise something in 0 seconds', () => {
    expect(formats.inSeconds(0.2)).toBe('in 1 second');
  });

  it('count what is shorter than a second as none', () => {
    expect(plain(formats.duration(0))).toBe('0 sec');
  });
});
