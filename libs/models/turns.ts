import { type ModelRequest, type ModelTurn, textTurn, type TurnPart } from './model.js';
import { withoutThoughts } from './thoughts.js';

/**
 * Turns as every provider takes them: none without content, those of one role that follow one another made one (the
 * templates of many models demand that roles alternate), and a user's first. Thoughts that an answer holds as text are not
 * sent back.
 */
export function wellFormed(turns: ModelTurn[]): ModelTurn[] {
  const merged: ModelTurn[] = [];
  for (const { role, parts } of turns) {
    const sent = parts.flatMap((part) => sentPart(role, part));
    // Thoughts alone answer nothing.
    if (sent.every(({ type }) => type === 'reasoning')) continue;
    const last = merged.at(-1);
    if (last?.role === role) last.parts = joined(last.parts, sent);
    else if (last || role === 'user') merged.push({ role, parts: sent });
  }
  return merged;
}

function sentPart(role: ModelTurn['role'], part: TurnPart): TurnPart[] {
  if (part.type !== 'text') return [part];
  const text = role === 'assistant' ? withoutThoughts(part.text) : part.text;
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** Texts that meet become one, as paragraphs. */
function joined(before: TurnPart[], behind: TurnPart[]): TurnPart[] {
  const last = before.at(-1);
  const [first, ...others] = behind;
  if (last?.type !== 'text' || first.type !== 'text') return [...before, ...behind];
  return [...before.slice(0, -1), { type: 'text', text: `${last.text}\n\n${first.text}` }, ...others];
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
  return { turns: [{ ...first, parts: joined(textTurn('user', instructions).parts, first.parts) }, ...others] };
}
