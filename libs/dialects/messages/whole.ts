import type { Answer, AnswerHead } from '../writing/answer.js';
import type { Block } from '../writing/blocks.js';
import { type ThinkingBlock, thinkingBlock } from './thoughts.js';
import { type MessagesUsage, messagesUsage, NOT_TOLD, type Stop, stopOf } from './usage.js';

export interface ToolUseBlock {
  type: 'tool_use';
  id: string;
  name: string;
  input: unknown;
  caller: { type: 'direct' };
}

export type MessageBlock = { type: 'text'; text: string; citations: null } | ThinkingBlock | ToolUseBlock;

export interface MessageBody extends Stop {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: MessageBlock[];
  container: null;
  diagnostics: null;
  usage: MessagesUsage & typeof NOT_TOLD;
}

/** A whole answer, of chunks that were read with `new Answer()`. */
export function wholeMessage({ id, model }: AnswerHead, answer: Answer): MessageBody {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: answer.blocks.map(blockOf),
    ...stopOf(
      answer,
      answer.blocks.some(({ type }) => type === 'tool-call'),
    ),
    container: null,
    diagnostics: null,
    usage: { ...messagesUsage(answer.usage), ...NOT_TOLD },
  };
}

function blockOf(block: Block): MessageBlock {
  if (block.type === 'text') return { type: 'text', text: block.text, citations: null };
  if (block.type === 'reasoning') return thinkingBlock(block.text, block.providerMetadata);
  return { ...emptyCall(block.toolCallId, block.toolName), input: inputOf(block.input) };
}

export const emptyCall = (id: string, name: string): ToolUseBlock => ({
  type: 'tool_use',
  id,
  name,
  input: {},
  caller: { type: 'direct' },
});

/** Input is an object here. What is none, because a model wrote it badly, is told under a name that says so. */
function inputOf(json: string): unknown {
  if (json.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  return { INVALID_JSON: json };
}
