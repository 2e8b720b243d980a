import { useSyncExternalStore } from 'react';
import { ApiError } from '../api/problem.js';
import { remembered } from '../api/storage.js';
import { persistently } from '../on-demand.js';
import { en, type Texts } from './en.js';

/** A further language: its name in itself, and where its texts are. English is always there. */
const LANGUAGES = {
  en: { name: 'English', load: () => Promise.resolve(en) },
  de: { name: 'Deutsch', load: () => import('./de.js').then(({ de }) => de) },
} satisfies Record<string, { name: string; load(): Promise<Texts> }>;

export type Language = keyof typeof LANGUAGES;

export const languages = Object.entries(LANGUAGES).map(([code, { name }]) => ({ code: code as Language, name }));

let current: { language: Language; texts: Texts } = { language: 'en', texts: en };
const listeners = new Set<() => void>();

function isLanguage(code: string | null | undefined): code is Language {
  return code !== null && code !== undefined && Object.hasOwn(LANGUAGES, code);
}

async function show(language: Language): Promise<void> {
  current = { language, texts: await LANGUAGES[language].load() };
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}

/** What is wanted now: a language that comes late does not replace one that was chosen since. */
let choosing = new AbortController();

/** Shows English until the texts can be had. */
async function showSoon(language: Language): Promise<void> {
  choosing.abort();
  const { signal } = (choosing = new AbortController());
  try {
    await show(language);
  } catch {
    await show('en');
    const load = () => LANGUAGES[language].load().then(() => undefined);
    persistently(load, signal).then(
      () => (signal.aborted ? undefined : show(language)),
      () => undefined,
    );
  }
}

/** The language that was chosen here, else the first of the browser's that we have. */
export function startLanguage(): Promise<void> {
  const wanted = [remembered.get('language'), ...navigator.languages.map((code) => code.split('-')[0])];
  return showSoon(wanted.find(isLanguage) ?? 'en');
}

export async function chooseLanguage(language: Language): Promise<void> {
  remembered.set('language', language);
  await showSoon(language);
}

export function texts(): Texts {
  return current.texts;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useTexts(): Texts {
  return useSyncExternalStore(subscribe, texts);
}

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => current.language);
}

/** What an error means, in the reader's language where we have the words. */
export function errorText(error: unknown): string {
  const { errors, chat } = texts();
  if (!(error instanceof ApiError)) return errors.internal;
  const [field] = error.errors;
  // The server alone knows how long a message may be.
  const [, limit] = (field?.path === 'message' && /^must have at most (\d+) characters$/.exec(field.message)) || [];
  if (limit) return chat.tooLong(Number(limit));
  if (error.code === 'validation_failed' && field)
    return `${errors.validation_failed} (${field.path}: ${field.message})`;
  return errors[error.code] ?? (error.detail || errors.internal);
}
