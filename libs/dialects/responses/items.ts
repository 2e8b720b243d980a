import { z } from 'zod';
import type { Path } from '../errors/dialect-error.js';
import type { ReasoningPart } from '../../models/index.js';
import { unsealed } from '../reading/envelope.js';
import { isAbsent, read, refused } from '../reading/fields.js';
import { imageAt, inResult, type MediaPart } from '../reading/files.js';
import { fileOf } from '../reading/openai-file.js';
import { refusedId } from '../reading/never.js';
import { type ProgramTurn, type Turns, withCallMetadata } from '../reading/request.js';

const ITEM = z.looseObject({ type: z.string().nullish(), role: z.string().nullish() });
type Item = z.infer<typeof ITEM>;
const TYPED = z.looseObject({ type: z.string() });
type Typed = z.infer<typeof TYPED>;
const CONTENT = z.union([z.string(), z.array(TYPED)], 'Invalid input: expected a string or parts');
const MESSAGE = z.object({ role: z.enum(['user', 'assistant', 'system', 'developer']), content: CONTENT });
const CALL = z.object({ call_id: z.string().min(1), name: z.string().min(1), arguments: z.string() });
const OUTPUT = z.object({ call_id: z.string().min(1), output: CONTENT });
const TEXTS = z.array(z.object({ text: z.string() }));
const REASONING = z.object({
  summary: TEXTS.nullish(),
  content: TEXTS.nullish(),
  encrypted_content: z.string().nullish(),
});
const IMAGE = z.object({ file_id: z.unknown().optional(), image_url: z.string().nullish() });
const FILE = z.object({
  file_id: z.unknown().optional(),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  filename: z.string().nullish(),
});

/** Reads `input` into turns: a text alone is a person's. Throws a DialectError. */
export function readInput(value: unknown, turns: Turns): void {
  const input = read(z.union([z.string(), z.array(ITEM).min(1)], 'Invalid input: expected a string or items'), value, [
    'input',
  ]);
  if (typeof input === 'string') return turns.add('user', [{ type: 'text', text: input }]);
  input.forEach((item, i) => readItem(item, ['input', i], turns));
  for (const turn of turns.turns) if (turn.role === 'assistant') turn.parts = withCallMetadata(turn.parts);
}

function readItem(item: Item, path: Path, turns: Turns): void {
  switch (item.type ?? 'message') {
    case 'message':
      return readMessage(item, path, turns);
    case 'reasoning':
      return turns.goOn('assistant', [thoughtOf(item, path)]);
    case 'function_call': {
      const { call_id: toolCallId, name: toolName, arguments: given } = read(CALL, item, path);
      return turns.goOn('assistant', [{ type: 'tool-call', toolCallId, toolName, input: given }]);
    }
    case 'function_call_output': {
      const { call_id: toolCallId, output } = read(OUTPUT, item, path);
      const content = mediaParts(output, [...path, 'output']).map(inResult);
      return turns.addResult({ type: 'tool-result', toolCallId, content });
    }
    case 'item_reference':
      throw refused([...path, 'id'], 'Items are not kept here: send the item itself. Clients do so with store: false.');
    default:
      throw refused([...path, 'type'], `Items of type '${item.type}' can not be translated.`, 'unsupported_value');
  }
}

function readMessage(item: Item, path: Path, turns: Turns): void {
  const { role, content } = read(MESSAGE, item, path);
  const at = [...path, 'content'];
  if (role === 'user') turns.add('user', mediaParts(content, at));
  else if (role === 'assistant') turns.goOn('assistant', textParts(content, at));
  else turns.instruct(textParts(content, at).map(textOf).join('\n'));
}

const textOf = (part: ProgramTurn['parts'][number]) => (part.type === 'text' ? part.text : '');

function textParts(content: string | Typed[], path: Path): ProgramTurn['parts'] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part, i) => {
    if (part.type === 'refusal') return textPart(part.refusal, [...path, i, 'refusal']);
    if (part.type === 'output_text' || part.type === 'input_text') return textPart(part.text, [...path, i, 'text']);
    throw refused([...path, i, 'type'], 'Only text is taken here.', 'invalid_value');
  });
}

const textPart = (text: unknown, path: Path) => ({ type: 'text' as const, text: read(z.string(), text, path) });

function mediaParts(content: string | Typed[], path: Path): MediaPart[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part, i) => mediaPart(part, [...path, i]));
}

function mediaPart(part: Typed, path: Path): MediaPart {
  switch (part.type) {
    case 'input_text':
      return textPart(part.text, [...path, 'text']);
    case 'input_image': {
      const { file_id, image_url } = read(IMAGE, part, path);
      if (!isAbsent(file_id)) throw refusedId([...path, 'file_id']);
      const at = [...path, 'image_url'];
      return imageAt(read(z.string(), image_url ?? undefined, at), at);
    }
    case 'input_file': {
      const file = read(FILE, part, path);
      return file.file_url ? remote(file.file_url, [...path, 'file_url']) : fileOf(file, path);
    }
    default:
      throw refused([...path, 'type'], 'Such parts can not be translated.', 'unsupported_value');
  }
}

function remote(url: string, path: Path): MediaPart {
  if (!/^https:\/\//i.test(url)) throw refused(path, 'Only https: addresses are taken.', 'invalid_value');
  return { type: 'remote', kind: 'document', url, path };
}

/** What is encrypted is our own seal, or that of a provider of this dialect. */
function thoughtOf(item: Item, path: Path): ReasoningPart {
  const { summary, content, encrypted_content } = read(REASONING, item, path);
  const text = (content?.length ? content : (summary ?? [])).map((part) => part.text).join('\n\n');
  if (!encrypted_content) return { type: 'reasoning', text };
  return { type: 'reasoning', text, providerMetadata: unsealed(encrypted_content) ?? { encrypted_content } };
}
