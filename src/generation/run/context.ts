import { type ModelTurn, type ProviderMetadata, textOfTurn, type TurnPart } from '../../../libs/models/index.js';
import { type Message, type WholePart, wholeParts } from '../../chat/store/index.js';
import { APART } from './answer-parts.js';
import type { FilePlan } from './file-plan.js';
import { estimateTokens } from './usage.js';

/** Most messages of a branch that a model is shown, and most characters: about a million tokens, the widest window. */
export const BRANCH_LIMIT = 1000;
export const BRANCH_CHARS = 4_000_000;
/** Where nobody knows the window, files are trimmed to this: they come on top of those characters. */
const WIDEST_WINDOW = 1_000_000;

/** Kept free for the answer where the asker named no `maxTokens`: this part of the window. */
const ANSWER_SHARE = 0.25;
/** What is left of the window where something has to go. */
const KEPT_SHARE = 0.5;

/** What a turn costs beside its text: role and separators. */
const TOKENS_PER_TURN = 4;

export interface ContextOptions {
  /** The model's window; undefined: nothing is trimmed, or with files to a million tokens. */
  contextTokens?: number;
  maxTokens?: number;
  instructions?: string;
  /** Who is asked: what its provider wants back of earlier answers goes only there. */
  asked?: Pick<Message, 'endpoint' | 'model'>;
  /** What stands in the place of files. */
  files?: FilePlan;
}

/**
 * The turns that a model is shown: the branch up to the question, without empty answers. Where they don't fit into the
 * window, by estimate, the oldest are left out; the question itself always stays, and the context begins with a question.
 */
export function buildContext(branch: Message[], options: ContextOptions): ModelTurn[] {
  const turns = branch.map((message) => turnOf(message, options)).filter(hasContent);
  const window = options.contextTokens ?? (options.files && WIDEST_WINDOW);
  const kept = window === undefined ? turns : trim(turns, window, options);
  const first = kept.findIndex((turn) => turn.role === 'user');
  return kept.slice(Math.max(0, first));
}

const hasContent = ({ parts }: ModelTurn) => parts.some(({ type }) => type !== 'reasoning');

function turnOf(message: Message, { asked, files }: ContextOptions): ModelTurn {
  const { role, endpoint, model } = message;
  const before = files?.partsBefore(message.id) ?? [];
  if (!message.parts) {
    return { role, parts: message.text === '' ? before : [...before, { type: 'text', text: message.text }] };
  }
  const isSame = endpoint === asked?.endpoint && model === asked?.model;
  const parts = wholeParts(message).flatMap((part, i, all) =>
    part.type === 'file' ? (files?.partsOf(message.id, part.fileId) ?? []) : partsOf(part, all.slice(0, i), isSame),
  );
  return { role, parts: [...before, ...parts] };
}

function partsOf(part: WholePart, before: WholePart[], isSame: boolean): TurnPart[] {
  if (part.type === 'text') return [part];
  if (part.type !== 'reasoning' || !isSame || part.providerMetadata === undefined) return [];
  // Signatures are of the thought as its provider wrote it.
  const isApart = before.at(-1)?.type !== 'reasoning' && before.some(({ type }) => type === 'reasoning');
  const text = isApart && part.text.startsWith(APART) ? part.text.slice(APART.length) : part.text;
  const providerMetadata = JSON.parse(part.providerMetadata) as ProviderMetadata;
  return [{ type: 'reasoning', text, providerMetadata }];
}

/**
 * As at each question before: where one did not fit any more, the oldest went until half of the window was free. So what a
 * provider has in its cache begins the same for many turns.
 */
function trim(turns: ModelTurn[], window: number, options: ContextOptions): ModelTurn[] {
  const answer = options.maxTokens ?? Math.floor(window * ANSWER_SHARE);
  const room = window - answer - estimateTokens(options.instructions ?? '');
  const costs = turns.map((turn) => {
    const files = turn.parts.reduce((sum, part) => sum + (options.files?.tokensOf(part) ?? 0), 0);
    return estimateTokens(textOfTurn(turn)) + files + TOKENS_PER_TURN;
  });
  let from = 0;
  let total = 0;
  turns.forEach(({ role }, i) => {
    total += costs[i];
    const isLast = i === turns.length - 1;
    if (total <= room || (role !== 'user' && !isLast)) return;
    while (from < i && total > Math.min(room, window * KEPT_SHARE)) total -= costs[from++];
  });
  return turns.slice(from);
}
