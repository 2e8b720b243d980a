import type { ProviderMetadata, ReasoningPart } from '../../models/index.js';
import { sealed, unsealed } from '../reading/envelope.js';

export type ThinkingBlock =
  { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string };

/** A thought as a block: with Anthropic's own signature, or with what another provider wants back in its place. */
export function thinkingBlock(text: string, metadata: ProviderMetadata | undefined): ThinkingBlock {
  const { signature, redacted } = metadata ?? {};
  const isAnthropics = metadata && Object.keys(metadata).length === 1;
  if (isAnthropics && typeof redacted === 'string' && text === '') return { type: 'redacted_thinking', data: redacted };
  if (isAnthropics && typeof signature === 'string') return { type: 'thinking', thinking: text, signature };
  const seal = metadata ? sealed(metadata) : '';
  return text === '' && metadata
    ? { type: 'redacted_thinking', data: seal }
    : { type: 'thinking', thinking: text, signature: seal };
}

/** The thought of a block that comes back. */
export function thoughtOf(block: ThinkingBlock): ReasoningPart {
  if (block.type === 'redacted_thinking') {
    return { type: 'reasoning', text: '', providerMetadata: unsealed(block.data) ?? { redacted: block.data } };
  }
  const { thinking: text, signature } = block;
  if (signature === '') return { type: 'reasoning', text };
  return { type: 'reasoning', text, providerMetadata: unsealed(signature) ?? { signature } };
}
