import type { ModelTurn } from './model.js';

/**
 * Turns as every provider takes them: none without text, those of one role that follow one another made one (the
 * templates of many models demand that roles alternate), and a user's first.
 */
export function wellFormed(turns: ModelTurn[]): ModelTurn[] {
  const merged: ModelTurn[] = [];
  for (const { role, text } of turns) {
    if (text.trim() === '') continue;
    const last = merged.at(-1);
    if (last?.role === role) last.text += `\n\n${text}`;
    else if (last || role === 'user') merged.push({ role, text });
  }
  return merged;
}
