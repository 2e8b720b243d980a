import type { Message } from '../api/types.js';
import type { Tree } from '../conversations/tree.js';
import { Store } from '../store.js';
import { filesOf, thoughtsOf } from './shown-parts.js';

/** What is looked for in the conversation; empty: nothing is. */
export const lookedFor = new Store('');

const folded = new WeakMap<Message, string>();

/** Blind to case and accents. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function allTextOf(message: Message): string {
  const names = filesOf(message).map(({ filename }) => filename);
  return [message.text, thoughtsOf(message), ...names].join('\n');
}

/** All that can be found of a message is folded once. */
function foldedOf(message: Message): string {
  let text = folded.get(message);
  if (text === undefined) folded.set(message, (text = fold(allTextOf(message))));
  return text;
}

/** Whether a text holds just this. */
export function holds(text: string, typed: string): boolean {
  return fold(text).includes(fold(typed.trim()));
}

/** Ids of the messages of all branches that hold just this, newest first. */
export function findIn({ byId }: Tree, typed: string): string[] {
  const wanted = fold(typed.trim());
  if (wanted === '') return [];
  const found = [...byId.values()].filter((message) => foldedOf(message).includes(wanted));
  return found.map(({ id }) => id).sort((a, b) => (a < b ? 1 : -1));
}
