import { use } from 'react';
import { type Language, useLanguage } from '../../i18n/index.js';
import { type AdminTexts, en } from './en.js';

/** As in the catalogue of everybody's pages: English is always there, others are loaded with the first page. */
const LOAD: Record<Language, () => Promise<AdminTexts>> = {
  en: () => Promise.resolve(en),
  de: () => import('./de.js').then(({ de }) => de),
};

const loaded = new Map<Language, Promise<AdminTexts>>();

function textsIn(language: Language): Promise<AdminTexts> {
  const known = loaded.get(language) ?? LOAD[language]().catch(() => en);
  loaded.set(language, known);
  return known;
}

/** Suspends until the texts are there. */
export function useAdminTexts(): AdminTexts {
  return use(textsIn(useLanguage()));
}
