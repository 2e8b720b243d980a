import { type ModelTurn, textOfTurn, textTurn } from '../../../libs/models/index.js';
import type { Message } from '../../chat/store/index.js';
import { estimateTokens } from './usage.js';

/** Most messages of a branch that a model is shown, and most characters: about a million tokens, the widest window. */
export const BRANCH_LIMIT = 1000;
export const BRANCH_CHARS = 4_000_000;

/** Kept free for the answer where the asker named no `maxTokens`: this part of the window. */
const ANSWER_SHARE = 0.25;

/** What a turn costs beside its text: role and separators. */
const TOKENS_PER_TURN = 4;

export interface ContextOptions {
  /** The model's window; undefined: nothing is trimmed. */
  contextTokens?: number;
  maxTokens?: number;
  instructions?: string;
}

/**
 * The turns that a model is shown: the branch up to the question, without empty answers. Where they don't fit into the
 * window, by estimate, the oldest are left out; the question itself always stays, and the context begins with a question.
 */
export function buildContext(branch: Message[], options: ContextOptions): ModelTurn[] {
  const turns = branch.filter((message) => message.text !== '').map(({ role, text }) => textTurn(role, text));
  const kept = options.contextTokens === undefined ? turns : trim(turns, options.contextTokens, options);
  const first = kept.findIndex((turn) => turn.role === 'user');
  return kept.slice(Math.max(0, first));
}

function trim(turns: ModelTurn[], window: number, options: ContextOptions): ModelTurn[] {
  const answer = options.maxTokens ?? Math.floor(window * ANSWER_SHARE);
  let room = window - answer - estimateTokens(options.instructions ?? '');
  let from = turns.length;
  while (from > 0) {
    room -= estimateTokens(textOfTurn(turns[from - 1])) + TOKENS_PER_TURN;
    if (room < 0 && from < turns.length) break;
    from--;
  }
  return turns.slice(from);
}
