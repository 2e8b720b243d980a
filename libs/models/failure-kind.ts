import type { Problem } from './provider-problem.js';

export type FailureKind =
  'key' | 'credit' | 'context' | 'content' | 'model' | 'forbidden' | 'address' | 'rate' | 'unavailable' | 'refused';

const KEY =
  /invalid_api_key|authentication_error|(api key|api_key)[^.]{0,20}(not valid|invalid)|(incorrect|invalid) api key/;
const CREDIT =
  /insufficient_quota|billing_error|billing_not_active|credit balance is too low|insufficient (balance|credit)/;
const CONTENT =
  /content_filter|content_policy|content management policy|responsibleaipolicy|moderation|flagged|data_inspection_failed|\bsafety\b/;
const MODEL =
  /model_not_found|model_not_exist|invalid_model|not a valid model|model[^\n]{0,120}(not found|not exist|decommissioned|not supported)|(unknown|invalid|no such) model/;
/**
 * The words of OpenAI, Anthropic, vLLM, llama.cpp, LM Studio, TGI, Gemini, Mistral, Groq, xAI, Bedrock and Cohere, in
 * this order; several share some.
 */
const CONTEXT = new RegExp(
  [
    'context_length_exceeded|string_above_max_length|reduce the length of|request too large',
    'prompt is too long|request_too_large|exceed context limit',
    'maximum context length',
    'exceed_context_size|context size has been exceeded|available context size',
    'context length of only|context (length|window|size)[^.]{0,40}(exceed|too (small|short))',
    '`inputs` (tokens|must have less)',
    'input token count',
    'exceeds?[^.]{0,60}context (length|window|size)',
    'maximum prompt length',
    'input is too long',
    'too many (input )?tokens',
  ].join('|'),
);

/** Too much at a time, said with a status that does not tell, or in a stream without any; tokens are counted there too. */
const THROTTLE =
  /throttl|slow down|too many requests|rate.?limit|(per|this|a) (minute|second|hour|day)|please wait|wait (a|before)/;
/** One request that no minute is long enough for (OpenAI), said as a 429. */
const TOO_BIG = /request too large/;
/** llama.cpp until 2025 says so with 500. */
const CONTEXT_AS_500 = /context size has been exceeded|available context size/;

/**
 * What kind of failure this is. The statuses of those who have too much to do (429) or don't work (5xx) decide before the
 * words, which speak of tokens and of context there as well; the words where a status means several things (a 400 may be
 * a wrong key, an unknown model, a text too long); else the status. `status` as answered; undefined in a stream, where the problem itself may
 * name one.
 */
export function failureKind(status: number | undefined, problem: Problem | null): FailureKind {
  const words = problem ? `${problem.kind} ${problem.message}`.toLowerCase() : '';
  const code = status ?? problem?.status;
  if (code === 429) return busy(words);
  if (code !== undefined && code >= 500) return code === 500 && CONTEXT_AS_500.test(words) ? 'context' : 'unavailable';
  return ofWords(code, words) ?? ofStatus(code ?? 500);
}

/** Too many questions, unless it is money that is missing. */
function busy(words: string): FailureKind {
  if (CREDIT.test(words)) return 'credit';
  return TOO_BIG.test(words) ? 'context' : 'rate';
}

function ofWords(code: number | undefined, words: string): FailureKind | undefined {
  if (code === 401 || KEY.test(words)) return 'key';
  if (code === 402 || CREDIT.test(words)) return 'credit';
  if (code === 413) return 'context';
  if ((code === undefined || code === 400) && THROTTLE.test(words)) return busy(words);
  if (CONTEXT.test(words)) return 'context';
  if (code === 408 || code === 409 || code === 425) return 'unavailable';
  if (CONTENT.test(words)) return 'content';
  if (code === 404 || (code !== undefined && MODEL.test(words))) return 'model';
  return undefined;
}

function ofStatus(code: number): FailureKind {
  if (code >= 500) return 'unavailable';
  if (code === 403) return 'forbidden';
  if (code === 405 || code < 400) return 'address';
  return 'refused';
}
