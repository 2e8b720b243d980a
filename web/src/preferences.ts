import { remembered } from './api/storage.js';
import { Store } from './store.js';

// What people choose for this browser.

const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const SEND_KEYS = ['enter', 'modEnter'] as const;
export type SendKey = (typeof SEND_KEYS)[number];

function preference<T extends string>(name: string, values: readonly T[], apply?: (value: T) => void) {
  const kept = remembered.get(name);
  const store = new Store<T>(values.find((value) => value === kept) ?? values[0]);
  apply?.(store.get());
  store.subscribe(() => {
    remembered.set(name, store.get());
    apply?.(store.get());
  });
  return { store, values };
}

export const theme = preference('theme', THEMES, (value) => {
  if (value === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
});

export const sendKey = preference('sendKey', SEND_KEYS);

/** How thoughts stand that nobody has opened or closed; `live`: open while they are written. */
const THOUGHTS_FOLDS = ['live', 'open', 'closed'] as const;
export type ThoughtsFold = (typeof THOUGHTS_FOLDS)[number];
export const thoughtsFold = preference('thoughts', THOUGHTS_FOLDS);

/** Whether the conversations are shown beside the chat, where there is room for both. */
export const sidebar = preference('sidebar', ['shown', 'hidden'] as const);
