import { sealed } from '../reading/envelope.js';
import type { Block, TextBlock } from '../writing/blocks.js';

export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

export interface OutputText {
  type: 'output_text';
  text: string;
  annotations: [];
  logprobs: unknown[];
}
export interface SummaryText {
  type: 'summary_text';
  text: string;
}
export type OutputItem =
  | { type: 'message'; id: string; status: ItemStatus; role: 'assistant'; content: OutputText[] }
  | { type: 'reasoning'; id: string; status?: ItemStatus; summary: SummaryText[]; encrypted_content?: string }
  | { type: 'function_call'; id: string; status: ItemStatus; call_id: string; name: string; arguments: string };

const PREFIXES = { text: 'msg_', reasoning: 'rs_', 'tool-call': 'fc_' } as const;

/** The same for everybody who writes the same response. */
export const itemId = (block: Block, responseId: string, index: number): string =>
  `${PREFIXES[block.type]}${responseId.replace(/^resp_/, '')}${index}`;

/** A block as an item of `output`: whole, or as far as it came. */
export function itemOf(block: Block, responseId: string, index: number, status: ItemStatus): OutputItem {
  const id = itemId(block, responseId, index);
  if (block.type === 'text') {
    return { type: 'message', id, status, role: 'assistant', content: [outputText(block)] };
  }
  if (block.type === 'reasoning') {
    const { text, providerMetadata } = block;
    const summary: SummaryText[] = text === '' ? [] : [{ type: 'summary_text', text }];
    return {
      type: 'reasoning',
      id,
      status,
      summary,
      ...(providerMetadata && { encrypted_content: sealed(providerMetadata) }),
    };
  }
  const { toolCallId, toolName, input } = block;
  return { type: 'function_call', id, status, call_id: toolCallId, name: toolName, arguments: input };
}

/** The same before anything of it came. */
export function emptyItem(block: Block, responseId: string, index: number): OutputItem {
  const item = itemOf(block, responseId, index, 'in_progress');
  if (item.type === 'message') return { ...item, content: [] };
  return item.type === 'reasoning' ? { ...item, summary: [] } : { ...item, arguments: '' };
}

export const outputText = ({ text, logprobs }: Pick<TextBlock, 'text' | 'logprobs'>): OutputText => ({
  type: 'output_text',
  text,
  annotations: [],
  logprobs,
});
