import { useMemo } from 'react';
import { useLanguage } from '../i18n/index.js';
import { type Formats, formatsIn } from './formats.js';

/** Numbers and times as the reader's language writes them. */
export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => formatsIn(language), [language]);
}
