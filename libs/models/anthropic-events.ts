import type { AnswerSink, MakeReader } from './answer-stream.js';
import { GarbledError, isCount, mayBeSaid, type OnData, readData } from './event-data.js';
import { finishOf } from './finish-reason.js';
import type { ProviderFailures } from './provider-failures.js';
import { readProblem } from './provider-problem.js';

interface Usage {
  input_tokens?: number | null;
  cache_creation_input_tokens?: number | null;
  cache_read_input_tokens?: number | null;
  output_tokens?: number;
}

type Block = { type?: string; text?: string } | string | null;

/** What is read of the events of https://docs.claude.com/en/docs/build-with-claude/streaming, and of a whole message. */
interface Event {
  type?: string;
  message?: { usage?: Usage; content?: unknown } | null;
  content_block?: Block;
  delta?: { type?: string; text?: string; stop_reason?: string | null } | null;
  usage?: Usage | null;
  /** Of a message that comes whole, from whom does not stream. */
  content?: Block | Block[];
  stop_reason?: string | null;
}

/** As `AnthropicReader`. */
export const anthropicReader =
  (failures: ProviderFailures): MakeReader =>
  (sink) => {
    const reader = new AnthropicReader(failures, sink);
    return (data, event) => reader.read(data, event);
  };

/**
 * Reads the events of a message. Complete with a `stop_reason` or `message_stop`: some gateways leave out one or the
 * other. Thoughts, pings and kinds of event that come later are not part of the text. What was used is told with
 * `message_delta` only: the count at the beginning has no output yet, and an answer that is stopped is better estimated
 * than counted as one token.
 */
class AnthropicReader implements OnData {
  private data = '';
  private name = '';
  private input = 0;

  constructor(
    private readonly failures: ProviderFailures,
    private readonly sink: AnswerSink,
  ) {}

  read(data: string, name: string): void {
    this.name = name;
    readData(data, this);
  }

  done(): void {
    this.sink.end();
  }

  missed(): void {
    this.sink.missed();
  }

  object(event: Event, data: string): void {
    this.data = data;
    const { type = this.name, delta } = event;
    switch (type) {
      case 'message_start':
        this.input = inputOf(event.message?.usage);
        return this.pass(event.message?.content);
      case 'content_block_start':
        return this.add(event.content_block);
      case 'content_block_delta':
        return this.addDelta(delta);
      case 'message_delta':
        return this.finish(event.usage, delta?.stop_reason);
      case 'message_stop':
        return this.sink.end();
      case 'message':
        for (const block of [event.content].flat()) this.add(block);
        return this.finish(event.usage, event.stop_reason);
      case 'error':
      case 'line':
        throw this.failureOf(event);
      default:
        // A piece whose keys are garbled is lost, though the rest of it can be read.
        if (this.data.includes('"text_delta"')) throw new GarbledError(this.data);
        this.pass(event);
    }
  }

  private addDelta(delta: Event['delta']): void {
    if (typeof delta?.text === 'string') return this.say(delta.text);
    if (this.data.includes('"text"')) throw new GarbledError(this.data);
    this.sink.goesOn();
    this.pass(delta);
  }

  private add(block: Block | undefined): void {
    if (typeof block === 'string') this.say(block);
    else if (block?.type === 'text') this.say(block.text);
    else this.pass(block);
  }

  /** What is no text, as far as is known. */
  private pass(value: unknown): void {
    if (mayBeSaid(value)) this.sink.missed();
  }

  private say(text: unknown): void {
    if (typeof text === 'string' && text) this.sink.text(text);
  }

  private finish(usage: Usage | null | undefined, word: unknown): void {
    // Cumulative. Some gateways tell the input only here.
    this.input = inputOf(usage) || this.input;
    const output = usage?.output_tokens;
    if (isCount(output)) this.sink.usage({ inputTokens: this.input, outputTokens: output });
    const reason = finishOf(word);
    if (reason === 'content-filter') {
      this.sink.finishReason(reason);
      throw this.failures.content();
    }
    if (reason === 'failure') throw this.failures.unavailable();
    if (reason) this.sink.complete(reason);
  }

  private failureOf(event: Event): Error {
    const problem = readProblem(event);
    return problem ? this.failures.ofProblem(problem) : this.failures.garbage();
  }
}

/** What was read from or written to the provider's cache went in too. */
function inputOf(usage: Usage | null = {}): number {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens } = usage ?? {};
  const counts = [input_tokens, cache_creation_input_tokens, cache_read_input_tokens].filter(isCount);
  return counts.reduce((sum, count) => sum + count, 0);
}
