import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import type { ToolCallPart } from '../../models/index.js';
import { anyObject, read, refused } from '../reading/fields.js';
import { imageAt, inResult, type MediaPart } from '../reading/files.js';
import { refusedId } from '../reading/never.js';
import { fileOf } from '../reading/openai-file.js';
import type { ProgramTurn, Turns } from '../reading/request.js';
import { type ReasoningDetail, thoughtsOf } from './thoughts.js';

const TYPED = z.looseObject({ type: z.string() });
const MESSAGE = z.looseObject({ role: z.string() });
const CONTENT = z.union([z.string(), z.array(TYPED)], 'Invalid input: expected a string or parts');
const SAID = z.object({
  content: CONTENT.nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  reasoning_details: z.array(TYPED).nullish(),
  tool_calls: z.array(TYPED).nullish(),
  audio: z.unknown().optional(),
  function_call: z.unknown().optional(),
});
const CALL = z.object({
  id: z.string().min(1),
  function: z.object({ name: z.string().min(1), arguments: z.string() }),
  extra_content: anyObject.nullish(),
});
const RESULT = z.object({ tool_call_id: z.string().min(1), content: CONTENT });

/** Reads `messages` into turns. Throws a DialectError. */
export function readMessages(value: unknown, turns: Turns): void {
  const messages = read(z.array(MESSAGE).min(1), value, ['messages']);
  messages.forEach((message, i) => readMessage(message, ['messages', i], turns));
}

function readMessage(message: z.infer<typeof MESSAGE>, path: Path, turns: Turns): void {
  switch (message.role) {
    case 'system':
    case 'developer':
      return turns.instruct(textsOf(message.content, [...path, 'content']));
    case 'user':
      return turns.add('user', userParts(message.content, [...path, 'content']));
    case 'assistant':
      return turns.add('assistant', assistantParts(message, path));
    case 'tool': {
      const { tool_call_id: toolCallId, content } = read(RESULT, message, path);
      const parts = userParts(content, [...path, 'content']);
      return turns.addResult({ type: 'tool-result', toolCallId, content: parts.map(inResult) });
    }
    default:
      throw refused([...path, 'role'], 'There is no such role.', 'invalid_value');
  }
}

function textsOf(value: unknown, path: Path): string {
  const content = read(CONTENT, value, path);
  if (typeof content === 'string') return content;
  return content.map((part, i) => textOf(part, [...path, i])).join('\n');
}

function textOf(part: z.infer<typeof TYPED>, path: Path): string {
  if (part.type !== 'text') throw refused([...path, 'type'], 'Only text is taken here.', 'invalid_value');
  return read(z.string(), part.text, [...path, 'text']);
}

export function userParts(value: unknown, path: Path): MediaPart[] {
  const content = read(CONTENT, value, path);
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part, i) => userPart(part, [...path, i]));
}

const IMAGE = z.object({ image_url: z.object({ url: z.string() }) });
const FILE = z.object({
  file: z.object({ file_id: z.unknown().optional(), file_data: z.string().nullish(), filename: z.string().nullish() }),
});

function userPart(part: z.infer<typeof TYPED>, path: Path): MediaPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: textOf(part, path) };
    case 'image_url':
      return imageAt(read(IMAGE, part, path).image_url.url, [...path, 'image_url', 'url']);
    case 'file':
      return fileOf(read(FILE, part, path).file, [...path, 'file']);
    default:
      throw refused([...path, 'type'], 'Such parts can not be translated.', 'unsupported_value');
  }
}

/** Thoughts, then what was said, then calls: this dialect knows no other order. */
function assistantParts(message: object, path: Path): ProgramTurn['parts'] {
  const said = read(SAID, message, path);
  if (said.audio) throw refusedId([...path, 'audio']);
  if (said.function_call) throw refused([...path, 'function_call'], 'Use tool_calls.');
  const details = (said.reasoning_details ?? []) as ReasoningDetail[];
  const text = textsOfAnswer(said.content, [...path, 'content']) + (said.refusal ?? '');
  const calls = said.tool_calls?.map((call, i) => callOf(call, [...path, 'tool_calls', i])) ?? [];
  return [
    ...thoughtsOf(said.reasoning_content ?? said.reasoning ?? undefined, details),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...calls,
  ];
}

function textsOfAnswer(content: z.infer<typeof CONTENT> | null | undefined, path: Path): string {
  if (typeof content === 'string') return content;
  const parts = content?.map((part, i) =>
    part.type === 'refusal' ? String(part.refusal ?? '') : textOf(part, [...path, i]),
  );
  return parts?.join('') ?? '';
}

function callOf(call: z.infer<typeof TYPED>, path: Path): ToolCallPart {
  if (call.type !== 'function') throw refused([...path, 'type'], 'Such calls can not be translated.', 'invalid_value');
  const { id, function: called, extra_content } = read(CALL, call, path);
  const kept = extra_content?.parley ?? (extra_content ? { extra_content } : undefined);
  return {
    type: 'tool-call',
    toolCallId: id,
    toolName: called.name,
    input: called.arguments,
    ...(typeof kept === 'object' && kept !== null && { providerMetadata: { ...kept } }),
  };
}
