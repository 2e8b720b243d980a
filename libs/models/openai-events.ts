import type { ReadEvent } from './answer-stream.js';
import type { ModelUsage } from './model.js';
import type { ProviderFailures } from './provider-failures.js';
import { readProblem } from './provider-problem.js';

/** What is read of a chat.completion.chunk. Some servers leave out, or send as null, whatever they don't use. */
interface Chunk {
  object?: string;
  error?: unknown;
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  choices?: Array<{
    delta?: { content?: string | Array<{ type?: string; text?: string }> | null; refusal?: string | null } | null;
    finish_reason?: string | null;
  }> | null;
}

/** Ends that are none: what OpenAI, Azure and Zhipu call a break for their rules; OpenRouter, DeepSeek, vLLM and Zhipu one by a failure. */
const BY_RULES = /^(content_filter|sensitive|safety|recitation|prohibited_content|refusal)$/i;
const BY_FAILURE = /^(error|abort|network_error|insufficient_system_resource)$/i;

/**
 * Reads the events of a chat completion. The answer is complete with a `finish_reason`, or with `[DONE]`: Azure,
 * llama.cpp and some gateways leave out one or the other. Usage may stand in the same chunk or in one after it, without
 * choices. Reasoning is not part of the text.
 */
export function openAiEvents(failures: ProviderFailures): ReadEvent {
  let hasRefused = false;
  return (data, event, sink) => {
    if (data === '') return;
    if (data.startsWith('[DONE]')) return end();
    const chunk = JSON.parse(data) as Chunk;
    if (chunk.error || event === 'error' || chunk.object === 'error') throw failureOf(chunk);
    const usage = usageOf(chunk);
    if (usage) sink.usage(usage);
    const choice = chunk.choices?.[0];
    if (!choice) return;
    addText(choice.delta);
    // '' is what Ollama said for "not yet".
    if (choice.finish_reason) finish(choice.finish_reason);

    function addText(delta: NonNullable<Chunk['choices']>[number]['delta']): void {
      if (!delta) return;
      const { content, refusal } = delta;
      if (typeof content === 'string') sink.text(content);
      // Mistral's reasoning models: parts, of which some are thoughts.
      else if (content) sink.text(content.map((part) => (part.type === 'text' ? (part.text ?? '') : '')).join(''));
      if (refusal) {
        hasRefused = true;
        sink.text(refusal);
      }
    }

    function finish(reason: string): void {
      if (hasRefused || BY_RULES.test(reason)) throw failures.content();
      if (BY_FAILURE.test(reason)) throw failures.unavailable();
      sink.complete();
    }

    function end(): void {
      if (hasRefused) throw failures.content();
      sink.end();
    }
  };

  function failureOf(chunk: Chunk): Error {
    const problem = readProblem(chunk);
    return problem ? failures.ofProblem(problem) : failures.garbage();
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function usageOf({ usage }: Chunk): ModelUsage | undefined {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens = 0 } = usage ?? {};
  // Anything else would go into sums and limits.
  return isCount(inputTokens) && isCount(outputTokens ?? 0)
    ? { inputTokens, outputTokens: outputTokens ?? 0 }
    : undefined;
}
