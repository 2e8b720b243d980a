import { type ModelRequest, type ModelTurn, textTurn, type TurnPart } from './model.js';
import { withoutThoughts } from './thoughts.js';
import { isCall, isResult, noResult } from './tool-parts.js';

/**
 * Turns as every provider takes them: none without content, those of one role that follow one another made one (the
 * templates of many models demand that roles alternate), and a user's first. Each call of a tool has one result, at the
 * beginning of the turn behind it: one that is missing is made up, and what answers no call of the turn before is left out.
 * Thoughts that an answer holds as text are not sent back.
 */
export function wellFormed(turns: ModelTurn[]): ModelTurn[] {
  const merged: ModelTurn[] = [];
  for (const { role, parts } of turns) {
    const calls = callsOf(merged.findLast((turn) => turn.role === 'assistant'));
    const sent = parts
      .flatMap((part) => sentPart(role, part))
      .filter((part) => !isResult(part) || calls.includes(part.toolCallId));
    // Thoughts alone answer nothing.
    if (sent.every(({ type }) => type === 'reasoning')) continue;
    const last = merged.at(-1);
    if (last?.role === role) last.parts = merge(last.parts, sent);
    else if (last || role === 'user') merged.push({ role, parts: sent });
  }
  return answered(merged);
}

/** The ids of its calls, each once. */
function callsOf(turn: ModelTurn | undefined): string[] {
  return [...new Set((turn?.parts ?? []).filter(isCall).map(({ toolCallId }) => toolCallId))];
}

function merge(before: TurnPart[], behind: TurnPart[]): TurnPart[] {
  const others = (parts: TurnPart[]) => parts.filter((part) => !isResult(part));
  const results = [...before, ...behind].filter(isResult);
  return [...results, ...joined(others(before), others(behind))];
}

/** Roles alternate by now. */
function answered(turns: ModelTurn[]): ModelTurn[] {
  return turns.flatMap((turn, i) => {
    const isLast = i === turns.length - 1;
    if (turn.role === 'assistant') return isLast ? [turn, ...resultsAlone(turn)] : [turn];
    const results = callsOf(turns[i - 1]).map((id) => resultIn(turn.parts, id) ?? noResult(id));
    return [{ ...turn, parts: [...results, ...turn.parts.filter((part) => !isResult(part))] }];
  });
}

function resultsAlone(turn: ModelTurn): ModelTurn[] {
  const results = callsOf(turn).map(noResult);
  return results.length > 0 ? [{ role: 'user', parts: results }] : [];
}

const resultIn = (parts: TurnPart[], id: string) => parts.filter(isResult).find(({ toolCallId }) => toolCallId === id);

function sentPart(role: ModelTurn['role'], part: TurnPart): TurnPart[] {
  // No model takes a picture as its own words.
  if (part.type === 'file') return role === 'user' ? [part] : [];
  if (part.type === 'reasoning') return [part];
  if (part.type === 'tool-call') return role === 'assistant' ? [part] : [];
  if (part.type === 'tool-result') return role === 'user' ? [part] : [];
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
