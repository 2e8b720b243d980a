import { use } from 'react';
import { type Language, useLanguage } from '../../../i18n/index.js';
import { en, type KeyTexts } from './en.js';

/** As in the catalogue of everybody's pages: English is always there, others are loaded when they are needed. */
const LOAD: Record<Language, () => Promise<KeyTexts>> = {
  en: () => Promise.resolve(en),
  de: () => import('./de.js').then(({ de }) => de),
};

const loaded = new Map<Language, Promise<KeyTexts>>();

function textsIn(language: Language): Promise<KeyTexts> {
  const known = loaded.get(language) ?? LOAD[language]().catch(() => en);
  loaded.set(language, known);
  return known;
}

/** Suspends until the texts are there. */
export function useKeyTexts(): KeyTexts {
  return use(textsIn(useLanguage()));
}
