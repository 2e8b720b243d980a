import { readProblem } from '../../models/provider-problem.js';
import type { ModelUsage } from '../../models/index.js';
import type { Heard, PassedReader } from '../passing/passed-stream.js';

interface Usage {
  input_tokens?: unknown;
  output_tokens?: unknown;
  input_tokens_details?: { cached_tokens?: unknown } | null;
  output_tokens_details?: { reasoning_tokens?: unknown } | null;
}

interface Response {
  status?: unknown;
  model?: unknown;
  error?: unknown;
  usage?: Usage | null;
  incomplete_details?: { reason?: unknown } | null;
  output?: unknown;
}

const LAST = 'response\\.(?:completed|incomplete|failed)|error';

/** Reads the last events of a response, or a whole one. */
export class ResponsesPassedReader implements PassedReader {
  readonly interest = new RegExp(`"type"\\s*:\\s*"(?:${LAST})"|^event:\\s*(?:${LAST})`, 'm');

  read(data: object, event: string, heard: Heard): boolean {
    const { type = event, response = data } = data as { type?: unknown; response?: Response | null };
    const { status, model, error, usage, incomplete_details, output } = (response ?? {}) as Response;
    if (type === 'error' || type === 'response.failed' || status === 'failed') {
      heard.problem = readProblem({ error: error ?? data }) ?? { kind: '', message: '' };
      return true;
    }
    if (typeof model === 'string') heard.model = model;
    const used = usageOf(usage);
    if (used) heard.usage = used;
    if (status !== 'completed' && status !== 'incomplete') return false;
    heard.isComplete = true;
    const isFiltered = incomplete_details?.reason === 'content_filter';
    if (status === 'incomplete') heard.finishReason = isFiltered ? 'content-filter' : 'length';
    else heard.finishReason = hasCalls(output) ? 'tool-calls' : 'stop';
    return false;
  }
}

const hasCalls = (output: unknown): boolean =>
  Array.isArray(output) && output.some((item: { type?: unknown } | null) => item?.type === 'function_call');

function usageOf(usage: Usage | null | undefined): ModelUsage | undefined {
  const { input_tokens: inputTokens, output_tokens: outputTokens } = usage ?? {};
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  const cached = usage?.input_tokens_details?.cached_tokens;
  const reasoning = usage?.output_tokens_details?.reasoning_tokens;
  return {
    inputTokens,
    outputTokens,
    ...(isCount(cached) && { cachedInputTokens: Math.min(cached, inputTokens) }),
    ...(isCount(reasoning) && { reasoningTokens: Math.min(reasoning, outputTokens) }),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
