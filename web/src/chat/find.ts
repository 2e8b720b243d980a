import type { Message } from '../api/types.js';
import type { Tree } from '../conversations/tree.js';
import { Store } from '../store.js';
import { thoughtsOf } from './shown-parts.js';

/** What is looked for in the conversation; empty: nothing is. */
export const lookedFor = new Store('');

const folded = new WeakMap<Message, string>();

/** Blind to case and accents. */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** A message's text, and its thoughts, are folded once. */
function foldedOf(message: Message): string {
  let text = folded.get(message);
  if (text === undefined) folded.set(message, (text = fold(`${message.text}\n${thoughtsOf(message)}`)));
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
