import { ModelError, type ModelRequest, type ModelUsage, textOfTurn } from '../../../libs/models/index.js';
import type { Usage } from '../../chat/store/index.js';

/** A rough rule of many tokenizers: four bytes of text to a token. */
export const BYTES_PER_TOKEN = 4;

/** Tokens that a text takes, guessed. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** Used where the provider gave no count. */
export function estimateUsage(request: ModelRequest, answer: string): Usage {
  const turns = request.turns.reduce((sum, turn) => sum + estimateTokens(textOfTurn(turn)), 0);
  return {
    inputTokens: turns + estimateTokens(request.instructions ?? ''),
    outputTokens: estimateTokens(answer),
    estimated: true,
  };
}

/** A call that was sent and failed: whether the provider may want to be paid for it, though we broke it off ourselves. */
export function isBilled(error: unknown): boolean {
  return !(error instanceof ModelError && error.free);
}

/** Both together; estimated where one of them is. */
export function addUsage(a: Usage | null, b: Usage | ModelUsage | null): Usage | null {
  if (!a || !b) return a ?? b;
  const estimated = a.estimated || (b as Usage).estimated;
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...sumOf(a, b, 'cachedInputTokens'),
    ...sumOf(a, b, 'reasoningTokens'),
    ...(estimated && { estimated }),
  };
}

/** Of what not every provider tells. */
function sumOf(a: Usage, b: Usage, name: 'cachedInputTokens' | 'reasoningTokens'): Partial<Usage> {
  return a[name] === undefined && b[name] === undefined ? {} : { [name]: (a[name] ?? 0) + (b[name] ?? 0) };
}
