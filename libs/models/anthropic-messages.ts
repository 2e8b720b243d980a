import type { FilePart, ModelTurn, ReasoningPart, TurnPart } from './model.js';
import { base64, isPdf } from './sent-files.js';

const CACHE = { type: 'ephemeral' } as const;

export type Block = { type: string; cache_control?: typeof CACHE } & Record<string, unknown>;
export interface AnthropicMessage {
  role: string;
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

export const isThought = ({ type }: Block) => type === 'thinking' || type === 'redacted_thinking';

/** Instructions, kept in the cache. */
export function cachedText(text: string): Block[] {
  return [{ type: 'text', text, cache_control: CACHE }];
}

function blockOf(part: TurnPart, { withThoughts }: MessageOptions): Block[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  if (part.type === 'file') return [fileBlock(part)];
  return withThoughts ? thoughtBlock(part) : [];
}

function fileBlock(part: FilePart): Block {
  const source = { type: 'base64', media_type: part.mediaType, data: base64(part) };
  return isPdf(part) ? { type: 'document', source, title: part.filename } : { type: 'image', source };
}

/** One without a signature broke off: nobody wants it back. */
function thoughtBlock({ text, providerMetadata = {} }: ReasoningPart): Block[] {
  const { signature, redacted } = providerMetadata;
  if (typeof redacted === 'string') return [{ type: 'redacted_thinking', data: redacted }];
  return typeof signature === 'string' ? [{ type: 'thinking', thinking: text, signature }] : [];
}

/** Texts that meet, as the thoughts between them are left out, are one. */
function plain(blocks: Block[]): string | Block[] {
  return blocks.every(({ type }) => type === 'text') ? blocks.map(({ text }) => text).join('') : blocks;
}

/** The mark stands at the last block that may have one: thoughts may not. */
function marked(blocks: Block[]): Block[] {
  const text = plain(blocks);
  if (typeof text === 'string') return cachedText(text);
  const at = blocks.findLastIndex((block) => !isThought(block));
  return blocks.map((block, i) => (i === at ? { ...block, cache_control: CACHE } : block));
}
