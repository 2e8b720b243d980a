import type { FilePart, ModelTurn, ReasoningPart, ToolResultPart, TurnPart } from './model.js';
import { base64, isPdf } from './sent-files.js';
import { filesOfResult, inputOf } from './tool-parts.js';

const CACHE = { type: 'ephemeral' } as const;

interface Markable {
  cache_control?: { type: 'ephemeral' };
}
export interface TextBlock extends Markable {
  type: 'text';
  text: string;
}
interface ImageBlock extends Markable {
  type: 'image';
  source: { type: 'base64'; media_type: ImageType; data: string };
}
interface DocumentBlock extends Markable {
  type: 'document';
  source: { type: 'base64'; media_type: 'application/pdf'; data: string };
  title: string;
}
type ThoughtBlock =
  { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string };
interface CallBlock extends Markable {
  type: 'tool_use';
  id: string;
  name: string;
  input: Record<string, unknown>;
}
type ShownBlock = TextBlock | ImageBlock | DocumentBlock;
interface ResultBlock extends Markable {
  type: 'tool_result';
  tool_use_id: string;
  content?: string | ShownBlock[];
  is_error?: true;
}
type MarkableBlock = ShownBlock | CallBlock | ResultBlock;
export type Block = MarkableBlock | ThoughtBlock;

/** Those that it takes; others are refused by it. */
type ImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp';

export interface AnthropicMessage {
  role: 'user' | 'assistant';
  content: string | Block[];
}

export interface MessageOptions {
  /** The thoughts of earlier turns go back, block for block. */
  withThoughts: boolean;
  /** What stands before the newest question is to be kept in the cache. */
  withCache: boolean;
}

/** The messages of https://docs.claude.com/en/api/messages. Text alone stays a text, where nothing has to be said of it. */
export function anthropicMessages(turns: ModelTurn[], options: MessageOptions): AnthropicMessage[] {
  return turns.map(({ role, parts }, i) => {
    const blocks = parts.flatMap((part) => blockOf(part, options));
    const isEnd = options.withCache && i === turns.length - 2;
    return { role, content: isEnd ? marked(blocks) : plain(blocks) };
  });
}

export const isThought = (block: Block): block is ThoughtBlock =>
  block.type === 'thinking' || block.type === 'redacted_thinking';

export const isMarked = (block: Block) => !isThought(block) && block.cache_control !== undefined;

/** Instructions, kept in the cache. */
export function cachedText(text: string): TextBlock[] {
  return [{ type: 'text', text, cache_control: CACHE }];
}

function blockOf(part: TurnPart, { withThoughts }: MessageOptions): Block[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text }];
    case 'file':
      return [fileBlock(part)];
    case 'tool-call':
      return [{ type: 'tool_use', id: callId(part.toolCallId), name: part.toolName, input: inputOf(part) }];
    case 'tool-result':
      return [resultBlock(part)];
    case 'reasoning':
      return withThoughts ? thoughtBlock(part) : [];
  }
}

function resultBlock(part: ToolResultPart): ResultBlock {
  const { toolCallId, content, isError } = part;
  const said = content.filter((one) => one.type !== 'text' || one.text.trim() !== '');
  const blocks = said.map((one): ShownBlock =>
    one.type === 'text' ? { type: 'text', text: one.text } : fileBlock(one),
  );
  const [first] = blocks;
  const isText = blocks.length === 1 && filesOfResult(part).length === 0;
  return {
    type: 'tool_result',
    tool_use_id: callId(toolCallId),
    ...(first && { content: isText && first.type === 'text' ? first.text : blocks }),
    ...(isError && { is_error: true }),
  };
}

/** The same for a call and its result. Ids of other providers may have characters that it does not take. */
const callId = (id: string) => id.replace(/[^\w-]/g, '_') || '_';

function fileBlock(part: FilePart): ImageBlock | DocumentBlock {
  const data = base64(part);
  if (isPdf(part)) {
    const source = { type: 'base64', media_type: 'application/pdf', data } as const;
    return { type: 'document', source, title: part.filename };
  }
  return { type: 'image', source: { type: 'base64', media_type: part.mediaType as ImageType, data } };
}

/** One without a signature broke off: nobody wants it back. */
function thoughtBlock({ text, providerMetadata = {} }: ReasoningPart): Block[] {
  const { signature, redacted } = providerMetadata;
  if (typeof redacted === 'string') return [{ type: 'redacted_thinking', data: redacted }];
  return typeof signature === 'string' ? [{ type: 'thinking', thinking: text, signature }] : [];
}

/** Texts that meet, as the thoughts between them are left out, are one. */
function plain(blocks: Block[]): string | Block[] {
  return blocks.every(isText) ? blocks.map(({ text }) => text).join('') : blocks;
}

const isText = (block: Block): block is TextBlock => block.type === 'text';

/** The mark stands at the last block that may have one: thoughts may not. */
function marked(blocks: Block[]): Block[] {
  const text = plain(blocks);
  if (typeof text === 'string') return cachedText(text);
  const at = blocks.findLastIndex((block) => !isThought(block));
  return blocks.map((block, i) => (i === at ? { ...block, cache_control: CACHE } : block));
}
