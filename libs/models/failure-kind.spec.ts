import { type FailureKind, failureKind } from './failure-kind.js';
import { parseProblem, readProblem } from './provider-problem.js';

/** As providers write them. */
// prettier-ignore
const wordings: Array<[string, number, object, FailureKind]> = [
  ['OpenAI, context', 400, { error: { message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' } }, 'context'],
  ['OpenAI, tokens per minute', 429, { error: { message: 'Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 90000.', type: 'tokens', code: 'rate_limit_exceeded' } }, 'context'],
  ['OpenAI, rate', 429, { error: { message: 'Rate limit reached for gpt-4o', type: 'requests', code: 'rate_limit_exceeded' } }, 'rate'],
  ['OpenAI, quota', 429, { error: { message: 'You exceeded your current quota, please check your plan and billing details.', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } }, 'credit'],
  ['OpenAI, model', 404, { error: { message: 'The model `gpt-9` does not exist or you do not have access to it.', type: 'invalid_request_error', code: 'model_not_found' } }, 'model'],
  ['OpenAI, policy', 400, { error: { message: 'Your request was rejected as a result of our safety system.', type: 'invalid_request_error', code: 'content_policy_violation' } }, 'content'],
  ['OpenAI, parameter', 400, { error: { message: "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", code: 'unsupported_parameter' } }, 'refused'],
  ['Azure, filter', 400, { error: { message: 'The response was filtered due to the prompt triggering Azure OpenAI’s content management policy.', code: 'content_filter', status: 400, innererror: { code: 'ResponsibleAIPolicyViolation' } } }, 'content'],
  ['Azure, deployment', 404, { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } }, 'model'],
  ['Anthropic, context', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' } }, 'context'],
  ['Anthropic, context with max_tokens', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000' } }, 'context'],
  ['Anthropic, credit', 400, { type: 'error', error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' } }, 'credit'],
  ['Anthropic, key', 401, { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' } }, 'key'],
  ['Anthropic, size', 413, { type: 'error', error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } }, 'context'],
  ['Anthropic, model', 404, { type: 'error', error: { type: 'not_found_error', message: 'model: claude-9' } }, 'model'],
  ['Anthropic, overloaded', 529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'unavailable'],
  ['Ollama, model', 404, { error: { message: 'model "llama9" not found, try pulling it first', type: 'api_error' } }, 'model'],
  ['Ollama, text', 400, { error: 'invalid model name' }, 'model'],
  ['vLLM, context', 400, { object: 'error', message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens", type: 'BadRequestError', code: 400 }, 'context'],
  ['vLLM, model', 404, { object: 'error', message: 'The model `x` does not exist.', type: 'NotFoundError', code: 404 }, 'model'],
  ['llama.cpp, context', 400, { error: { code: 400, message: 'request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it', type: 'exceed_context_size_error' } }, 'context'],
  ['llama.cpp, context, as 500', 500, { error: { code: 500, message: 'Context size has been exceeded.', type: 'server_error' } }, 'context'],
  ['llama.cpp, loading', 503, { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } }, 'unavailable'],
  ['LM Studio, context', 400, { error: 'Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.' }, 'context'],
  ['TGI, context', 422, { error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096', error_type: 'validation' }, 'context'],
  ['Gemini, key', 400, [ { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } } ] as object, 'key'],
  ['Gemini, context', 400, [ { error: { code: 400, message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048575).', status: 'INVALID_ARGUMENT' } } ] as object, 'context'],
  ['Gemini, rate', 429, [ { error: { code: 429, message: 'You exceeded your current quota, please check your plan', status: 'RESOURCE_EXHAUSTED' } } ] as object, 'rate'],
  ['Mistral, context', 400, { object: 'error', message: 'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length', type: 'invalid_request_prompt', code: '3051' }, 'context'],
  ['Mistral, model', 400, { object: 'error', message: 'Invalid model: x', type: 'invalid_model', code: '1500' }, 'model'],
  ['xAI, context', 400, { error: "This model's maximum prompt length is 131072 but the request contains 200000 tokens." }, 'context'],
  ['xAI, key', 400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***34.' }, 'key'],
  ['Groq, model', 400, { error: { message: 'The model `x` has been decommissioned', code: 'model_decommissioned' } }, 'model'],
  ['Bedrock, context', 400, { message: 'Input is too long for requested model.' }, 'context'],
  ['OpenRouter, model', 400, { error: { message: 'x/y is not a valid model ID', code: 400 } }, 'model'],
  ['OpenRouter, moderation', 403, { error: { code: 403, message: 'Your chosen model requires moderation and your input was flagged' } }, 'content'],
  ['DeepSeek, credit', 402, { error: { message: 'Insufficient Balance', type: 'unknown_error', code: 'invalid_request_error' } }, 'credit'],
  ['tokens per minute', 429, { error: { message: 'You sent too many tokens per minute' } }, 'rate'],
  ['Anthropic, tokens per minute', 429, { type: 'error', error: { type: 'rate_limit_error', message: 'Too many input tokens this minute, slow down' } }, 'rate'],
  ['AWS, throttled', 400, { message: 'ThrottlingException: Too many tokens, please wait before trying again.' }, 'rate'],
  ['a cache of contexts', 503, { error: { message: 'maximum context length cache is warming' } }, 'unavailable'],
  ['a key that could not be looked up', 500, { error: { message: 'invalid_api_key cache: no answer' } }, 'unavailable'],
  ['FastAPI, field', 422, { detail: [{ loc: ['body', 'messages'], msg: 'field required' }] }, 'refused'],
  ['a prompt, but no length', 400, { error: { message: 'no such prompts' } }, 'refused'],
  ['a region', 403, { error: { message: 'Country, region, or territory not supported', code: 'unsupported_country_region_territory' } }, 'forbidden'],
  ['a redirect', 308, {}, 'address'],
  ['a wrong method', 405, { detail: 'Method Not Allowed' }, 'address'],
];

describe('failureKind', () => {
  it.each(wordings)('%s', (_name, status, body, kind) => {
    expect(failureKind(status, readProblem(body))).toBe(kind);
  });

  it('takes the status that the problem itself names where there is no other', () => {
    expect(failureKind(undefined, readProblem({ error: { message: 'x', code: 429 } }))).toBe('rate');
    expect(failureKind(undefined, readProblem({ error: { message: 'x', code: 502 } }))).toBe('unavailable');
    expect(failureKind(undefined, readProblem({ error: { message: 'x' } }))).toBe('unavailable');
    const throttled = { message: 'Too many tokens, please wait before trying again.' };
    expect(failureKind(undefined, readProblem({ error: { ...throttled, code: 429 } }))).toBe('rate');
    expect(failureKind(undefined, readProblem({ error: throttled }))).toBe('rate');
  });
});

describe('readProblem', () => {
  it.each([null, undefined, 7, 'text', [], {}, { choices: [] }, { error: null, id: 'c1' }])(
    'finds none in %j',
    (body) => {
      expect(readProblem(body)).toBeNull();
    },
  );

  it('finds one without words', () => {
    expect(readProblem({ error: {} })).toEqual({ status: undefined, kind: '', message: '' });
  });

  it.each(['', '<html>', '{"error":'])('finds none in the text %j', (text) => {
    expect(parseProblem(text)).toBeNull();
  });
});
