import { useMemo } from 'react';
import { useLocale } from '../i18n/dates.js';
import { type Formats, formatsIn } from './formats.js';

/** Numbers and times in the page's language. */
export function useFormats(): Formats {
  const locale = useLocale();
  return useMemo(() => formatsIn(locale), [locale]);
}
