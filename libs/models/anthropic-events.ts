import type { ReadEvent } from './answer-stream.js';
import type { ProviderFailures } from './provider-failures.js';
import { readProblem } from './provider-problem.js';

interface Usage {
  input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  output_tokens?: number;
}

/** What is read of the events of https://docs.claude.com/en/docs/build-with-claude/streaming. */
interface Event {
  type?: string;
  message?: { usage?: Usage };
  content_block?: { type?: string; text?: string };
  delta?: { type?: string; text?: string; stop_reason?: string | null };
  usage?: Usage;
}

/**
 * Reads the events of a message. Complete with `message_stop`. Thoughts, pings and kinds of event that come later are not
 * part of the text. What was used is told with `message_delta` only: the count at the beginning has no output yet, and an
 * answer that is stopped is better estimated than counted as one token.
 */
export function anthropicEvents(failures: ProviderFailures): ReadEvent {
  let input = 0;
  return (data, name, sink) => {
    if (data === '') return;
    const event = JSON.parse(data) as Event;
    const { type = name, delta } = event;
    switch (type) {
      case 'message_start':
        input = inputOf(event.message?.usage);
        return;
      case 'content_block_start':
        if (event.content_block?.type === 'text' && event.content_block.text) sink.text(event.content_block.text);
        return;
      case 'content_block_delta':
        if (delta?.type === 'text_delta' && delta.text) sink.text(delta.text);
        return;
      case 'message_delta':
        // Cumulative. Some gateways tell the input only here.
        input = inputOf(event.usage) || input;
        if (event.usage?.output_tokens !== undefined) {
          sink.usage({ inputTokens: input, outputTokens: event.usage.output_tokens });
        }
        if (delta?.stop_reason === 'refusal') throw failures.content();
        return;
      case 'message_stop':
        return sink.end();
      case 'error': {
        const problem = readProblem(event);
        throw problem ? failures.ofProblem(problem) : failures.garbage();
      }
    }
  };
}

/** What was read from or written to the provider's cache went in too. */
function inputOf(usage: Usage = {}): number {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage;
  return (input_tokens ?? 0) + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0);
}
