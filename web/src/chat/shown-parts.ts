import type { FilePart, Part, SourcePart } from '../api/types.js';
import { withoutThoughts } from '../markdown/thoughts.js';

/**
 * What is shown of an answer, in its order. A text without anything between is one piece, also where a server of the version
 * before tells no parts; a thought that its provider left in there stands before it.
 */
export function shownParts(text: string, parts: readonly Part[] = []): readonly Part[] {
  if (parts.some(({ type }) => type !== 'text')) return parts;
  const { thoughts, answer } = withoutThoughts(text);
  return [
    ...(thoughts ? [{ type: 'reasoning' as const, text: thoughts, ms: null }] : []),
    ...(answer === '' ? [] : [{ type: 'text' as const, text: answer }]),
  ];
}

/** The files of a question. */
export function filesOf({ parts = [] }: { parts?: readonly Part[] }): FilePart[] {
  return parts.filter((part) => part.type === 'file');
}

/** What an answer was drawn from; what it names twice is one. */
export function sourcesOf(parts: readonly Part[]): SourcePart[] {
  const sources = parts.filter((part) => part.type === 'source-document');
  return sources.filter(({ sourceId }, at) => sources.findIndex((one) => one.sourceId === sourceId) === at);
}

/** What a model has thought, as text. */
export function thoughtsOf({ text, parts }: { text: string; parts?: readonly Part[] }): string {
  return shownParts(text, parts)
    .map((part) => (part.type === 'reasoning' ? part.text : ''))
    .join('');
}
