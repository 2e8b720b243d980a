import { useMemo } from 'react';
import { useLanguage } from './index.js';

/** Of the page's language the reader's own region, where the browser names one: in English a British date is another. */
export function localeIn(language: string, browser: readonly string[]): string {
  return browser.find((code) => code.split('-')[0] === language) ?? language;
}

export function useLocale(): string {
  return localeIn(useLanguage(), navigator.languages);
}

export interface Dates {
  day(at: string): string;
  moment(at: string): string;
  time(at: number): string;
  /** Counted from 0, as dates do. */
  month(year: number, month: number): string;
}

export function datesIn(locale: string): Dates {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const days = format({ dateStyle: 'medium' });
  const moments = format({ dateStyle: 'medium', timeStyle: 'short' });
  const times = format({ timeStyle: 'medium' });
  const months = format({ month: 'long', year: 'numeric' });
  return {
    day: (at) => days.format(new Date(at)),
    moment: (at) => moments.format(new Date(at)),
    time: (at) => times.format(at),
    month: (year, month) => months.format(new Date(year, month, 15)),
  };
}

/** Dates in the page's language, whatever the browser's is. */
export function useDates(): Dates {
  const locale = useLocale();
  return useMemo(() => datesIn(locale), [locale]);
}
