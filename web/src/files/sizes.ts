import { useLocale } from '../i18n/dates.js';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** “312 kB”, “2.4 MB”, in the reader's language. */
export function formatBytes(bytes: number, locale: string): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const digits = power < 2 ? 0 : 1;
  return new Intl.NumberFormat(locale, {
    ...{ style: 'unit', unit: UNITS[power], unitDisplay: power === 0 ? 'long' : 'short' },
    maximumFractionDigits: digits,
  }).format(bytes / 1_000 ** power);
}

export function useBytes(): (bytes: number) => string {
  const locale = useLocale();
  return (bytes) => formatBytes(bytes, locale);
}

/** “PDF”, “DOCX”: what people call a kind of file. Empty where its name does not say. */
export function kindOf(filename: string): string {
  return (/\.([a-z0-9]{1,6})$/i.exec(filename)?.[1] ?? '').toUpperCase();
}
