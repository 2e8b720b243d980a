import type { AnswerSink, MakeReader } from './answer-sink.js';
import { AnthropicCalls, type CallBlock } from './anthropic-calls.js';
import type { Asked } from './asked.js';
import { GarbledError, mayBeSaid, type OnData, readData } from './event-data.js';
import { finishOf } from './finish-reason.js';
import type { ProviderFailures } from './provider-failures.js';
import type { ProviderMetadata } from './model.js';
import { readProblem } from './provider-problem.js';
import { AnthropicInput, type AnthropicUsage } from './provider-usage.js';

interface Block extends CallBlock {
  text?: string;
  thinking?: string;
  signature?: string;
  /** Of a thought that its provider hides. */
  data?: string;
}

/** What is read of the events of https://docs.claude.com/en/docs/build-with-claude/streaming, and of a whole message. */
interface Event {
  type?: string;
  message?: { usage?: AnthropicUsage; content?: unknown } | null;
  content_block?: Block | string | null;
  index?: unknown;
  delta?: (Block & { stop_reason?: string | null; stop_sequence?: unknown }) | null;
  usage?: AnthropicUsage | null;
  /** Of a message that comes whole, from whom does not stream. */
  content?: Block | string | null | Array<Block | string | null>;
  stop_reason?: string | null;
  stop_sequence?: unknown;
}

/** As `AnthropicReader`. */
export const anthropicReader =
  (failures: ProviderFailures, asked: Asked = {}): MakeReader =>
  (sink) => {
    const reader = new AnthropicReader(failures, sink, asked);
    return (data, event) => reader.read(data, event);
  };

/**
 * Reads the events of a message. Complete with a `stop_reason` or `message_stop`: some gateways leave out one or the
 * other. Pings and kinds of event that come later are not part of it. What was used is told with
 * `message_delta` only: the count at the beginning has no output yet, and an answer that is stopped is better estimated
 * than counted as one token.
 */
class AnthropicReader implements OnData {
  private data = '';
  private name = '';
  private readonly input = new AnthropicInput();
  private readonly calls: AnthropicCalls;

  constructor(
    private readonly failures: ProviderFailures,
    private readonly sink: AnswerSink,
    asked: Asked,
  ) {
    this.calls = new AnthropicCalls(sink, asked);
  }

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
    if (type === 'content_block_stop') this.calls.stop(event.index);
    switch (type) {
      case 'message_start':
        this.input.read(event.message?.usage);
        return this.pass(event.message?.content);
      case 'content_block_start':
        return this.add(event.content_block, event.index);
      case 'content_block_delta':
        return this.addDelta(delta, event.index);
      case 'message_delta':
        return this.finish(event.usage, delta?.stop_reason, delta?.stop_sequence);
      case 'message_stop':
        this.calls.stop();
        return this.sink.end();
      case 'message':
        [event.content].flat().forEach((block, i) => this.add(block, i));
        return this.finish(event.usage, event.stop_reason, event.stop_sequence);
      case 'error':
      case 'line':
        throw this.failureOf(event);
      default:
        // A piece whose keys are garbled is lost, though the rest of it can be read.
        if (this.data.includes('"text_delta"')) throw new GarbledError(this.data);
        this.pass(event);
    }
  }

  private addDelta(delta: Event['delta'], index: unknown): void {
    if (this.calls.add(delta, index)) return;
    if (typeof delta?.text === 'string') return this.say(delta.text);
    if (this.data.includes('"text"')) throw new GarbledError(this.data);
    if (typeof delta?.thinking === 'string') return this.sink.reasoning(delta.thinking);
    if (isWords(delta?.signature)) return this.keep({ signature: delta.signature });
    this.sink.goesOn();
    this.pass(delta);
  }

  private add(block: Block | string | null | undefined, index: unknown): void {
    if (typeof block === 'object' && this.calls.begin(block, index)) return;
    if (typeof block === 'string') this.say(block);
    else if (block?.type === 'text') this.say(block.text);
    else if (block?.type === 'thinking') this.addThought(block);
    else if (block?.type === 'redacted_thinking') this.addThought(block);
    else this.pass(block);
  }

  /** Each block is a thought of its own, also one of which nothing is shown. */
  private addThought({ thinking, signature, data }: Block): void {
    this.sink.part({ type: 'reasoning', begins: true });
    if (isWords(thinking)) this.sink.reasoning(thinking);
    if (isWords(signature)) this.keep({ signature });
    if (isWords(data)) this.keep({ redacted: data });
  }

  /** What has to come back with the thought. */
  private keep(providerMetadata: ProviderMetadata): void {
    this.sink.part({ type: 'reasoning', providerMetadata });
  }

  /** What is no text, as far as is known. */
  private pass(value: unknown): void {
    if (mayBeSaid(value)) this.sink.missed();
  }

  private say(text: unknown): void {
    if (typeof text === 'string' && text) this.sink.text(text);
  }

  private finish(usage: AnthropicUsage | null | undefined, word: unknown, stopSequence: unknown): void {
    this.input.read(usage);
    // Cumulative.
    const used = usage && this.input.with(usage);
    if (used) this.sink.usage(used);
    const reason = finishOf(word);
    if (reason === 'content-filter') {
      this.sink.finishReason(reason);
      throw this.failures.content();
    }
    if (reason === 'failure') throw this.failures.unavailable();
    if (!reason) return;
    this.calls.stop();
    const sequence = isWords(stopSequence) ? stopSequence : undefined;
    this.sink.complete(this.calls.isForm && reason === 'tool-calls' ? 'stop' : reason, sequence);
  }

  private failureOf(event: Event): Error {
    const problem = readProblem(event);
    return problem ? this.failures.ofProblem(problem) : this.failures.garbage();
  }
}

const isWords = (value: unknown): value is string => typeof value === 'string' && value !== '';
