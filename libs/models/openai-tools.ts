import { createHash } from 'node:crypto';
import type { ModelRequest, ModelTool, ResponseFormat } from './model.js';
import type { OpenAiServer } from './openai-server.js';
import { inputOf } from './tool-parts.js';
import type { ToolCallPart } from './turn.js';

export interface OpenAiTool {
  type: 'function';
  function: { name: string; description?: string; parameters: Record<string, unknown>; strict?: boolean };
}

export interface OpenAiToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  /** What Gemini wants back. */
  extra_content?: unknown;
}

type OpenAiFormat =
  | { type: 'json_object' }
  | {
      type: 'json_schema';
      json_schema: { name: string; schema: Record<string, unknown>; description?: string; strict?: boolean };
    };

/** What programs ask for beside text. */
export interface OpenAiAsked {
  tools?: OpenAiTool[];
  tool_choice?: 'auto' | 'none' | 'required' | { type: 'function'; function: { name: string } };
  parallel_tool_calls?: boolean;
  response_format?: OpenAiFormat;
  stop?: string[];
  top_p?: number;
  top_k?: number;
  seed?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  logprobs?: true;
  top_logprobs?: number;
}

/** Who takes `top_k`; others refuse a field that they don't know. */
const TOP_K: OpenAiServer[] = ['openrouter', 'dashscope', 'other'];

/** None of it is ever left out because it is refused: whoever asks for it relies on it. */
export function openAiAsked(request: ModelRequest, server: OpenAiServer): OpenAiAsked {
  const { tools = [], toolChoice, responseFormat, logprobs } = request;
  const withTools = tools.length > 0 && {
    tools: tools.map(toolOf),
    tool_choice: choiceOf(toolChoice),
    parallel_tool_calls: request.parallelToolCalls,
  };
  return {
    ...withTools,
    response_format: responseFormat && formatOf(responseFormat),
    stop: request.stop?.length ? request.stop : undefined,
    top_p: request.topP,
    top_k: TOP_K.includes(server) ? request.topK : undefined,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    logprobs: logprobs === undefined ? undefined : true,
    top_logprobs: logprobs || undefined,
  };
}

/** A call of an earlier answer. */
export function openAiCall(part: ToolCallPart, server: OpenAiServer): OpenAiToolCall {
  const { toolCallId, toolName: name, providerMetadata: { extra_content } = {} } = part;
  const call: OpenAiToolCall = {
    id: openAiCallId(toolCallId, server),
    type: 'function',
    function: { name, arguments: JSON.stringify(inputOf(part)) },
  };
  return extra_content === undefined ? call : { ...call, extra_content };
}

const MAX_ID = 40;
const MISTRAL_ID = /^[a-zA-Z0-9]{9}$/;

/** The same for a call and its result. Ids come from any provider, and not all take those of others. */
export function openAiCallId(id: string, server: OpenAiServer): string {
  const isTaken = server === 'mistral' ? MISTRAL_ID.test(id) : id.length <= MAX_ID;
  if (isTaken) return id;
  const hash = createHash('sha256').update(id).digest('hex');
  return hash.slice(0, server === 'mistral' ? 9 : MAX_ID);
}

function toolOf({ name, description, inputSchema: parameters, strict }: ModelTool): OpenAiTool {
  return { type: 'function', function: { name, description, parameters, strict } };
}

function choiceOf(choice: ModelRequest['toolChoice']): OpenAiAsked['tool_choice'] {
  return typeof choice === 'object' ? { type: 'function', function: { name: choice.toolName } } : choice;
}

function formatOf(format: ResponseFormat): OpenAiFormat {
  if (format.type === 'json') return { type: 'json_object' };
  const { name, schema, description, strict } = format;
  return { type: 'json_schema', json_schema: { name, schema, description, strict } };
}
