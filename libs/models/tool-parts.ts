import type { FilePart, ToolCallPart, ToolResultPart, TurnPart } from './turn.js';

export const isCall = (part: TurnPart): part is ToolCallPart => part.type === 'tool-call';

export const isResult = (part: TurnPart): part is ToolResultPart => part.type === 'tool-result';

/**
 * The input of a call as the object that providers and the templates of models take back. What is none goes under `input`,
 * as the model wrote it.
 */
export function inputOf({ input }: ToolCallPart): Record<string, unknown> {
  if (input.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(input);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // As a text.
  }
  return { input };
}

/** The texts of a result, as paragraphs. */
export function textOfResult({ content }: ToolResultPart): string {
  return content.flatMap((part) => (part.type === 'text' && part.text !== '' ? [part.text] : [])).join('\n\n');
}

export function filesOfResult({ content }: ToolResultPart): FilePart[] {
  return content.filter((part) => part.type === 'file');
}

/** What stands where a call has no result: providers refuse a call without one. */
export const noResult = (toolCallId: string): ToolResultPart => ({
  type: 'tool-result',
  toolCallId,
  content: [{ type: 'text', text: 'There is no result of this call.' }],
  isError: true,
});
