import { datesIn, localeIn } from './dates.js';

/** Intl separates what belongs together by spaces that don't break. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('localeIn', () => {
  it.each([
    ['en', ['en-GB', 'de'], 'en-GB'],
    ['de', ['en-GB', 'de-CH'], 'de-CH'],
    ['de', ['en-GB', 'fr'], 'de'],
    // Another language that begins alike.
    ['de', ['del-US'], 'de'],
    ['en', [], 'en'],
  ])('of %s for a browser of %j is %s', (language, browser, locale) =>
    expect(localeIn(language, browser)).toBe(locale),
  );
});

describe('dates', () => {
  const at = new Date(2026, 2, 5, 16, 7, 9);

  it.each([
    ['en', 'Mar 5, 2026', 'Mar 5, 2026, 4:07 PM', '4:07:09 PM', 'March 2026'],
    ['en-GB', '5 Mar 2026', '5 Mar 2026, 16:07', '16:07:09', 'March 2026'],
    ['de', '05.03.2026', '05.03.2026, 16:07', '16:07:09', 'März 2026'],
  ])('in %s', (locale, day, moment, time, month) => {
    const dates = datesIn(locale);
    expect(plain(dates.day(at.toISOString()))).toBe(day);
    expect(plain(dates.moment(at.toISOString()))).toBe(moment);
    expect(plain(dates.time(at.getTime()))).toBe(time);
    expect(plain(dates.month(2026, 2))).toBe(month);
  });
});
