import type { ModelRequest, ModelTurn } from './model.js';
import { withoutThoughts } from './thoughts.js';

/**
 * Turns as every provider takes them: none without text, those of one role that follow one another made one (the
 * templates of many models demand that roles alternate), and a user's first. Thoughts are not sent back.
 */
export function wellFormed(turns: ModelTurn[]): ModelTurn[] {
  const merged: ModelTurn[] = [];
  for (const turn of turns) {
    const { role } = turn;
    const text = role === 'assistant' ? withoutThoughts(turn.text) : turn.text;
    if (text.trim() === '') continue;
    const last = merged.at(-1);
    if (last?.role === role) last.text += `\n\n${text}`;
    else if (last || role === 'user') merged.push({ role, text });
  }
  return merged;
}

/** The instructions, undefined where there are none, and the turns; or all in the turns, for models without a system's role. */
export function instructed(
  { turns, instructions }: ModelRequest,
  isApart: boolean,
): { system?: string; turns: ModelTurn[] } {
  const formed = wellFormed(turns);
  if (!instructions?.trim()) return { turns: formed };
  if (isApart || formed.length === 0) return { system: instructions, turns: formed };
  const [first, ...others] = formed;
  return { turns: [{ ...first, text: `${instructions}\n\n${first.text}` }, ...others] };
}
