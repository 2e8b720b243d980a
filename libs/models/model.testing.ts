import type { Reply, Upstream } from './upstream.testing.js';
import {
  type FinishReason,
  type Model,
  type ModelChunk,
  type ModelRequest,
  type ModelUsage,
  type ReasoningPart,
  type TextPart,
  textTurn,
  type ToolCallPart,
} from './model.js';

export const question = (text = 'Hi', more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'm',
  turns: [textTurn('user', text)],
  ...more,
});

export interface Heard {
  texts: string[];
  text: string;
  usage?: ModelUsage;
  /** Why the provider said that it ended; undefined: it did not say. */
  finishReason?: FinishReason;
  /** What the iteration threw; undefined: it ended. */
  error?: any;
}

/** What chunks make: texts, thoughts and calls, in their order. */
export class JoinedParts {
  readonly parts: Array<TextPart | ReasoningPart | ToolCallPart> = [];

  add(chunk: ModelChunk): void {
    const last = this.parts.at(-1);
    if ('toolCall' in chunk) {
      const { toolCallId, toolName, input = '', providerMetadata } = chunk.toolCall;
      let call = this.parts.find((part) => part.type === 'tool-call' && part.toolCallId === toolCallId) as ToolCallPart;
      // Named once, and first.
      expect([toolCallId, toolName === undefined]).toEqual([toolCallId, call !== undefined]);
      if (!call) this.parts.push((call = { type: 'tool-call', toolCallId, toolName: toolName!, input: '' }));
      call.input += input;
      if (providerMetadata) call.providerMetadata = providerMetadata;
    } else if ('text' in chunk) {
      if (last?.type === 'text') last.text += chunk.text;
      else this.parts.push({ type: 'text', text: chunk.text });
    } else if ('reasoning' in chunk) {
      if (last?.type === 'reasoning') last.text += chunk.reasoning;
      else this.parts.push({ type: 'reasoning', text: chunk.reasoning });
    } else if ('part' in chunk) {
      const { begins, providerMetadata } = chunk.part;
      let part = this.parts.findLast(({ type }) => type === 'reasoning') as ReasoningPart | undefined;
      if (begins || !part) this.parts.push((part = { type: 'reasoning', text: '' }));
      if (providerMetadata) part.providerMetadata = providerMetadata;
    }
  }
}

/** The parts of a whole answer, its usage and its end. */
export async function hearParts(model: Model, request = question()) {
  const joined = new JoinedParts();
  let usage: ModelUsage | undefined;
  let finishReason: FinishReason | undefined;
  let stopSequence: string | undefined;
  const logprobs: unknown[] = [];
  for await (const chunk of model.stream(request, new AbortController().signal)) {
    joined.add(chunk);
    if ('usage' in chunk) usage = chunk.usage;
    else if ('finishReason' in chunk) ({ finishReason, stopSequence } = chunk);
    else if ('logprobs' in chunk) logprobs.push(...chunk.logprobs);
  }
  return {
    ...{ parts: joined.parts, usage, finishReason },
    ...(stopSequence !== undefined && { stopSequence }),
    ...(logprobs.length > 0 && { logprobs }),
  };
}

/** Takes a whole answer, whatever its end. */
export async function hear(model: Model, request = question(), signal = new AbortController().signal): Promise<Heard> {
  const heard: Heard = { texts: [], text: '', error: undefined };
  try {
    for await (const chunk of model.stream(request, signal)) {
      if ('usage' in chunk) heard.usage = chunk.usage;
      else if ('finishReason' in chunk) heard.finishReason = chunk.finishReason;
      else if ('text' in chunk) heard.texts.push(chunk.text);
    }
  } catch (error) {
    heard.error = error;
  }
  heard.text = heard.texts.join('');
  return heard;
}

/** Starts an answer whose chunks are taken by hand. */
export function begin(
  model: Model,
  request = question(),
  signal = new AbortController().signal,
): AsyncIterator<ModelChunk> {
  return model.stream(request, signal)[Symbol.asyncIterator]();
}

/** The error of a call that is answered so; made once, and its connection is not in use afterwards. */
export async function failureOf(upstream: Upstream, model: Model, reply: Reply) {
  upstream.reply = reply;
  const { error, text } = await hear(model);
  expect(upstream.calls).toHaveLength(1);
  await upstream.calls[0].closed();
  expect(error).toMatchObject({ name: 'ModelError' });
  expect(error.message.length).toBeGreaterThan(20);
  const { code, retryable, retryAfterMs } = error;
  return { code, retryable, retryAfterMs, error, text };
}
