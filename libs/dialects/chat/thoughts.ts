import type { ProviderMetadata, ReasoningPart } from '../../models/index.js';
import { sealed, unsealed } from '../reading/envelope.js';

/** A piece of `reasoning_details`, as OpenRouter has them. */
export interface ReasoningDetail {
  type: string;
  [field: string]: unknown;
}

/** Whether a detail is of our making is told by its id: everything else of it may be another server's, too. */
const OURS = 'parley-';
const CLAUDE = 'anthropic-claude-v1';

interface Thought {
  text: string;
  providerMetadata?: ProviderMetadata;
}

/**
 * What has to come back with a thought, so that it is read by whoever reads OpenRouter's: a signature beside its text, what
 * is encrypted, or, as it came, what another server of this dialect wants back.
 */
export function detailsOf({ text, providerMetadata }: Thought, index: number): ReasoningDetail[] {
  if (!providerMetadata) return [];
  const { reasoning_details, signature, redacted, ...others } = providerMetadata;
  if (Array.isArray(reasoning_details)) return reasoning_details as ReasoningDetail[];
  const id = `${OURS}${index}`;
  if (typeof signature === 'string' && isEmpty(others)) {
    return [{ type: 'reasoning.text', text, signature, id, format: CLAUDE, index }];
  }
  if (typeof redacted === 'string' && isEmpty(others)) {
    return [{ type: 'reasoning.encrypted', data: redacted, id, format: CLAUDE, index }];
  }
  return [
    { type: 'reasoning.encrypted', data: sealed({ text, kept: providerMetadata }), id, format: 'unknown', index },
  ];
}

const isEmpty = (fields: object) => Object.keys(fields).length === 0;

/** The thoughts of an assistant's message. Details say of what was thought more than `reasoning_content` beside them. */
export function thoughtsOf(content: string | undefined, details: ReasoningDetail[]): ReasoningPart[] {
  const ours = details.filter(isOurs);
  const foreign = details.filter((detail) => !isOurs(detail));
  const parts = ours.map(partOf);
  if (foreign.length > 0) {
    const text = ours.length > 0 ? '' : (content ?? foreign.map(wordsOf).join(''));
    parts.push({ type: 'reasoning', text, providerMetadata: { reasoning_details: foreign } });
  }
  if (parts.length > 0) return parts;
  return content ? [{ type: 'reasoning', text: content }] : [];
}

const isOurs = ({ id }: ReasoningDetail) => typeof id === 'string' && id.startsWith(OURS);

function partOf(detail: ReasoningDetail): ReasoningPart {
  const { signature, data } = detail;
  if (typeof signature === 'string') {
    return { type: 'reasoning', text: wordsOf(detail), providerMetadata: { signature } };
  }
  const own = typeof data === 'string' ? unsealed(data) : undefined;
  if (!own) return { type: 'reasoning', text: '', ...(data !== undefined && { providerMetadata: { redacted: data } }) };
  const { text, kept } = own;
  return {
    type: 'reasoning',
    text: typeof text === 'string' ? text : '',
    ...(typeof kept === 'object' && { providerMetadata: { ...kept } }),
  };
}

function wordsOf({ text, summary }: ReasoningDetail): string {
  return typeof text === 'string' ? text : typeof summary === 'string' ? summary : '';
}
