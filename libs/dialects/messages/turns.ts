import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import type { ToolCallPart, ToolResultPart } from '../../models/index.js';
import { inResult } from '../reading/files.js';
import { read, refused } from '../reading/fields.js';
import { type ProgramTurn, type Turns, withCallMetadata } from '../reading/request.js';
import { type AnyBlock, CONTENT, mediaPart, textPart, textsOf } from './content.js';
import { type ThinkingBlock, thoughtOf } from './thoughts.js';

const MESSAGE = z.object({ role: z.enum(['user', 'assistant', 'system']), content: CONTENT });
const THINKING = z.object({ thinking: z.string(), signature: z.string().nullish() });
const REDACTED = z.object({ data: z.string() });
const CALL = z.object({ id: z.string().min(1), name: z.string().min(1), input: z.unknown() });
const RESULT = z.object({
  tool_use_id: z.string().min(1),
  content: CONTENT.nullish(),
  is_error: z.boolean().nullish(),
});

/** Reads `messages` into turns. Throws a DialectError. */
export function readMessages(value: unknown, turns: Turns): void {
  const messages = read(z.array(MESSAGE).min(1), value, ['messages']);
  messages.forEach(({ role, content }, i) => {
    const path = ['messages', i, 'content'];
    if (role === 'system') return turns.instruct(textsOf(content, path));
    turns.add(role, role === 'user' ? userParts(content, path) : assistantParts(content, path));
  });
}

/** Results of tools stand before anything else, as Anthropic demands, and the inner form too. */
function userParts(content: string | AnyBlock[], path: Path): ProgramTurn['parts'] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const parts = content.map((block, i) =>
    block.type === 'tool_result' ? resultOf(block, [...path, i]) : mediaPart(block, [...path, i]),
  );
  const results = parts.filter(({ type }) => type === 'tool-result');
  return results.length === 0 ? parts : [...results, ...parts.filter(({ type }) => type !== 'tool-result')];
}

function resultOf(block: AnyBlock, path: Path): ToolResultPart {
  const { tool_use_id: toolCallId, content, is_error } = read(RESULT, block, path);
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []);
  return {
    type: 'tool-result',
    toolCallId,
    content: blocks.map((one, i) => inResult(mediaPart(one, [...path, 'content', i]))),
    ...(is_error && { isError: true }),
  };
}

function assistantParts(content: string | AnyBlock[], path: Path): ProgramTurn['parts'] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return withCallMetadata(content.map((block, i) => assistantPart(block, [...path, i])));
}

type AnswerPart = ProgramTurn['parts'][number];

function assistantPart(block: AnyBlock, path: Path): AnswerPart {
  switch (block.type) {
    case 'text':
      return textPart(block, path);
    case 'thinking':
      return thinkingPart({ type: 'thinking', ...withoutNull(read(THINKING, block, path)) });
    case 'redacted_thinking':
      return thinkingPart({ type: 'redacted_thinking', ...read(REDACTED, block, path) });
    case 'tool_use':
      return callOf(block, path);
    default:
      throw refused([...path, 'type'], `Blocks of type '${block.type}' can not be translated.`, 'unsupported_value');
  }
}

const thinkingPart = (block: ThinkingBlock): AnswerPart => thoughtOf(block);

const withoutNull = ({ thinking, signature }: z.infer<typeof THINKING>) => ({ thinking, signature: signature ?? '' });

function callOf(block: AnyBlock, path: Path): ToolCallPart {
  const { id, name, input = {} } = read(CALL, block, path);
  return { type: 'tool-call', toolCallId: id, toolName: name, input: JSON.stringify(input) };
}
