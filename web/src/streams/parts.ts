import type { AnswerEventData } from '../../../src/contract/answer-events.js';
import type { Part } from '../api/types.js';

type PartEvent = AnswerEventData['part'];

/** More of a text, or of a thought: of the last part where that is of the kind, else of a new one. */
export function withMore(parts: readonly Part[], type: 'text' | 'reasoning', text: string): Part[] {
  const last = parts.at(-1);
  if (last?.type === type) return [...parts.slice(0, -1), { ...last, text: last.text + text }];
  return [...parts, type === 'text' ? { type, text } : { type, text, ms: null }];
}

/** A part that is new at its place, or what is new of it. Kinds that only a newer server knows keep their place. */
export function withPart(parts: readonly Part[], { index, part }: PartEvent): Part[] {
  const known = parts.at(index);
  const begun = part.type === 'reasoning' ? { text: '' } : {};
  const changed = { ...(known?.type === part.type ? known : begun), ...part } as Part;
  return index < parts.length ? parts.map((one, at) => (at === index ? changed : one)) : [...parts, changed];
}

/** Whether the last part is a thought that is not closed yet. */
export function isThinking(parts: readonly Part[]): boolean {
  const last = parts.at(-1);
  return last?.type === 'reasoning' && last.ms === null;
}
