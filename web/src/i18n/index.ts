import { useSyncExternalStore } from 'react';
import type { FieldErrorParams } from '../../../libs/errors/catalogue.js';
import { ApiError, type FieldError } from '../api/problem.js';
import { remembered } from '../api/storage.js';
import { persistently } from '../on-demand.js';
import { en, type Texts } from './en.js';
import type { ErrorWords, FieldWords } from './error-words.js';

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

/** The words for a code. What only a newer server knows has none. */
export function wordsFor(from: ErrorWords | FieldWords, code = '', params: object = {}): string | undefined {
  const words = Object.hasOwn(from, code)
    ? (from as Record<string, string | ((params: object) => string)>)[code]
    : undefined;
  return typeof words === 'function' ? words(params) : words;
}

/** What is wrong with a field, beside which it is shown. */
export function fieldText({ code, params }: FieldError): string {
  const { fields } = texts();
  return wordsFor(fields, code, params) ?? fields.invalid;
}

/** A field by the name that it has on the page, with a colon; nothing where it has none there. */
function labelOf(path: string): string {
  const { account, auth, chat, convos } = texts();
  const { name, email, password, setupCode } = auth;
  const { message, model, instructions, temperature } = chat;
  const labels = {
    ...{ name, email, password, setupCode, newPassword: account.newPassword },
    ...{ message, model, instructions, temperature, title: convos.title, q: convos.search },
  };
  return Object.hasOwn(labels, path) ? `${labels[path as keyof typeof labels]}: ` : '';
}

/** Why something was refused or failed, in the reader's language. */
export function reasonText(error: unknown): string {
  const { errors, chat } = texts();
  if (!(error instanceof ApiError)) return errors.internal;
  const [field] = error.errors;
  if (!field) return wordsFor(errors, error.code, error.params) ?? errors.internal;
  if (field.path === 'message' && field.code === 'too_long') {
    return chat.tooLong((field.params as FieldErrorParams<'too_long'>).maximum);
  }
  return `${errors.validation_failed} ${labelOf(field.path)}${fieldText(field)}`;
}

/** The same, and from when on it can be done, where the server says so. */
export function errorText(error: unknown): string {
  const { seconds } = (error instanceof ApiError ? error.params : {}) as { seconds?: unknown };
  const reason = reasonText(error);
  return typeof seconds === 'number' ? `${reason} ${texts().line.waitFor(seconds)}.` : reason;
}
