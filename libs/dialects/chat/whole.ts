import { type Answer, type AnswerHead, finishOf } from '../writing/answer.js';
import type { CallBlock } from '../writing/blocks.js';
import { detailsOf, type ReasoningDetail } from './thoughts.js';
import { CHAT_FINISH, type ChatUsage, chatUsage } from './usage.js';

/** Between two texts, or two thoughts, of one answer: this dialect has one field for all of them. */
export const GAP = '\n\n';

export interface ChatMessage {
  role: 'assistant';
  content: string | null;
  refusal: null;
  reasoning_content?: string;
  reasoning_details?: ReasoningDetail[];
  tool_calls?: ChatToolCall[];
}

export interface ChatToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
  extra_content?: unknown;
}

export interface ChatCompletionBody {
  id: string;
  object: 'chat.completion';
  created: number;
  model: string;
  choices: Array<{
    index: 0;
    message: ChatMessage;
    logprobs: { content: unknown[]; refusal: null } | null;
    finish_reason: (typeof CHAT_FINISH)[keyof typeof CHAT_FINISH];
  }>;
  usage?: ChatUsage;
}

/** A whole answer, of chunks that were read with `new Answer(true)`. */
export function wholeChat({ id, model, createdAt }: AnswerHead, answer: Answer): ChatCompletionBody {
  const logprobs = answer.blocks.flatMap((block) => (block.type === 'text' ? block.logprobs : []));
  const message = messageOf(answer);
  return {
    id,
    object: 'chat.completion',
    created: createdAt,
    model,
    choices: [
      {
        index: 0,
        message,
        logprobs: logprobs.length > 0 ? { content: logprobs, refusal: null } : null,
        finish_reason: CHAT_FINISH[finishOf(answer, message.tool_calls !== undefined)],
      },
    ],
    ...(answer.usage && { usage: chatUsage(answer.usage) }),
  };
}

function messageOf({ blocks }: Answer): ChatMessage {
  const textsOf = (type: 'text' | 'reasoning') =>
    blocks.flatMap((block) => (block.type === type && block.text !== '' ? [block.text] : [])).join(GAP);
  const thoughts = blocks.filter((block) => block.type === 'reasoning');
  const details = thoughts.flatMap((thought, i) => detailsOf(thought, i));
  const calls = blocks.filter((block) => block.type === 'tool-call');
  const reasoning = textsOf('reasoning');
  return {
    role: 'assistant',
    content: textsOf('text') || null,
    refusal: null,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(calls.length > 0 && { tool_calls: calls.map(callOf) }),
  };
}

const callOf = (call: CallBlock): ChatToolCall => ({
  id: call.toolCallId,
  type: 'function',
  function: { name: call.toolName, arguments: call.input },
  ...extraOf(call),
});

/** What has to come back with a call, in the field in which Gemini has it. */
export function extraOf({ providerMetadata }: CallBlock): { extra_content?: unknown } {
  if (!providerMetadata) return {};
  return { extra_content: providerMetadata.extra_content ?? { parley: providerMetadata } };
}
