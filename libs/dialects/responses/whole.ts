import type { ModelUsage } from '../../models/index.js';
import type { Told } from '../errors/told.js';
import { type Answer, type AnswerEnd, type AnswerHead, finishOf } from '../writing/answer.js';
import type { Block } from '../writing/blocks.js';
import type { ResponsesEcho } from './echo.js';
import { itemOf, type OutputItem } from './output.js';

export type ResponseStatus = 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

export interface ResponsesUsage {
  input_tokens: number;
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number };
  output_tokens: number;
  output_tokens_details: { reasoning_tokens: number };
  total_tokens: number;
}

/** `ResponseError.code` of OpenAI's list. */
export type ResponseErrorCode = 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';

export interface ResponseBody {
  id: string;
  object: 'response';
  created_at: number;
  status: ResponseStatus;
  model: string;
  output: OutputItem[];
  error: { code: ResponseErrorCode; message: string } | null;
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null;
  usage?: ResponsesUsage;
  [echo: string]: unknown;
}

export interface ResponseState {
  status: ResponseStatus;
  output?: OutputItem[];
  usage?: ModelUsage;
  error?: Told;
  incomplete?: 'max_output_tokens' | 'content_filter';
}

/** A response in whatever state it is in. */
export function responseBody(head: AnswerHead, echo: ResponsesEcho, state: ResponseState): ResponseBody {
  const { status, output = [], usage, error, incomplete } = state;
  return {
    ...echo,
    id: head.id,
    object: 'response',
    created_at: head.createdAt,
    status,
    model: head.model,
    output,
    error: error ? { code: errorCode(error), message: error.message } : null,
    incomplete_details: incomplete ? { reason: incomplete } : null,
    ...(usage && { usage: responsesUsage(usage) }),
  };
}

/** A whole answer, of chunks that were read with `new Answer()`. `index`: as in `outputOf`. */
export function wholeResponse(head: AnswerHead, echo: ResponsesEcho, answer: Answer, index = 0): ResponseBody {
  return responseBody(head, echo, { ...endOf(answer), output: outputOf(head, answer.blocks, index) });
}

/**
 * What an answer put out, also one that was broken off. `index`: that of its first item in the stream, which is not 0
 * where the answer started over.
 */
export const outputOf = (head: AnswerHead, blocks: Block[], index = 0): OutputItem[] =>
  blocks.map((block, i) => itemOf(block, head.id, index + i, 'completed'));

/** An answer that was cut is no completed one. */
export function endOf(end: AnswerEnd): ResponseState {
  const { usage } = end;
  const finish = finishOf(end, false);
  if (finish === 'length') return { status: 'incomplete', incomplete: 'max_output_tokens', usage };
  if (finish === 'content-filter') return { status: 'incomplete', incomplete: 'content_filter', usage };
  return { status: 'completed', usage };
}

function errorCode({ status }: Told): ResponseErrorCode {
  if (status === 429) return 'rate_limit_exceeded';
  return status >= 500 ? 'server_error' : 'invalid_prompt';
}

function responsesUsage(usage: ModelUsage): ResponsesUsage {
  const { inputTokens, outputTokens, cachedInputTokens = 0, reasoningTokens = 0 } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedInputTokens, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
}
