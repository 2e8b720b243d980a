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
  // No model takes a picture as its own words.
  if (part.type === 'file') return role === 'user' ? [part] : [];
  if (part.type !== 'text') return part.type === 'reasoning' ? [part] : [];
  const text = role === 'assistant' ? withoutThoughts(part.text) : part.text;
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** Texts that meet become one, as paragraphs; those between which thoughts stand stay apart, whether these are sent or not. */
function joined(before: TurnPart[], behind: TurnPart[]): TurnPart[] {
  const last = before.findLast(isSaid);
  const first = behind.find(isSaid);
  if (last?.type !== 'text' || first?.type !== 'text') return [...before, ...behind];
  const at = behind.indexOf(first);
  if (at > 0 || last !== before.at(-1)) {
    return [...before, ...behind.with(at, { type: 'text', text: `\n\n${first.text}` })];
  }
  return [...before.slice(0, -1), { type: 'text', text: `${last.text}\n\n${first.text}` }, ...behind.slice(1)];
}

const isSaid = ({ type }: TurnPart) => type !== 'reasoning';

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
