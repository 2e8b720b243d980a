import { useMemo } from 'react';
import { useLanguage } from '../i18n/index.js';
import { type Formats, formatsIn } from './formats.js';

/** Numbers and times as the reader's language writes them, and of its regions the reader's own. */
export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => {
    const own = navigator.languages.find((code) => code.split('-')[0] === language);
    return formatsIn(own ?? language);
  }, [language]);
}
