import type { AnswerSink, MakeReader } from './answer-sink.js';
import { GarbledError, mayBeSaid, type OnData, readData } from './event-data.js';
import type { Asked } from './asked.js';
import { finishOf } from './finish-reason.js';
import { OpenAiCalls } from './openai-calls.js';
import { type Choice, type Chunk, partsOf, type Said } from './openai-chunk.js';
import { piecesOf, textOf } from './openai-content.js';
import { OpenAiThoughts } from './openai-thoughts.js';
import type { ProviderFailures } from './provider-failures.js';
import { readProblem } from './provider-problem.js';
import { openAiUsage } from './provider-usage.js';
import { SaidSoFar } from './said-so-far.js';

/** A piece of text in a delta or message, as it is written; and one anywhere. */
const PIECE = /"(?:delta|message)":\s*\{(?:\s*"role":\s*"\w*",)?\s*"content":\s*"[^"]/;
const CONTENT = /"content":\s*"[^"]/;

/** As `OpenAiReader`. */
export const openAiReader =
  (failures: ProviderFailures, asked: Asked = {}): MakeReader =>
  (sink) => {
    const reader = new OpenAiReader(failures, sink, asked);
    return (data, event) => reader.read(data, event);
  };

/**
 * Reads the events of a chat completion. The answer is complete with a `finish_reason`, or with `[DONE]`: Azure,
 * llama.cpp and some gateways leave out one or the other. Usage may stand in the same chunk or in one after it, without
 * choices. Who does not stream sends it all as a `message`.
 */
class OpenAiReader implements OnData {
  private data = '';
  private event = '';
  private hasRefused = false;
  private hasDeltas = false;
  private hasThoughtDeltas = false;
  private readonly soFar = new SaidSoFar();
  private readonly thoughts: OpenAiThoughts;
  private readonly calls: OpenAiCalls;
  /** Gemini writes a tag around its thoughts, too. */
  private isInTag = false;
  /** Characters that came, also more than once. */
  private said = 0;

  constructor(
    private readonly failures: ProviderFailures,
    private readonly sink: AnswerSink,
    private readonly asked: Asked,
  ) {
    this.thoughts = new OpenAiThoughts(sink);
    this.calls = new OpenAiCalls(sink);
  }

  read(data: string, event: string): void {
    this.event = event;
    readData(data, this);
  }

  done(): void {
    if (this.hasRefused) throw this.refused();
    this.close();
    this.sink.end();
  }

  missed(): void {
    this.sink.missed();
  }

  object(chunk: Chunk, data: string): void {
    this.data = data;
    const { choices, object, error } = chunk;
    const isAnswer = Array.isArray(choices);
    if (error || this.event === 'error' || object === 'error') throw this.failureOf(chunk);
    // JSON alone in a line is how some tell an error, others their chunks.
    if (this.event === 'line' && !isAnswer && readProblem(chunk)) throw this.failureOf(chunk);
    const usage = openAiUsage(chunk.usage);
    if (usage) this.sink.usage(usage);
    const choice = isAnswer ? choices[0] : undefined;
    const before = this.said;
    if (choice) this.choice(choice, object === 'chat.completion');
    // A piece whose keys are garbled is lost, though the rest of it can be read.
    const isBare = choice && !choice.delta && !choice.message;
    if (this.said === before && (isBare ? CONTENT : PIECE).test(this.data)) throw new GarbledError(this.data);
    if (this.said === before && mayBeSaid(isAnswer ? partsOf(choice) : chunk)) this.sink.missed();
    if (choice && this.asked.hasLogprobs) this.logprobs(choice.logprobs);
    if (choice) this.finish(choice);
  }

  private choice({ delta, message, text }: Choice, isWhole: boolean): void {
    const before = this.said;
    if (delta) this.add(delta);
    if (message) this.addWhole(message, isWhole);
    if (typeof text === 'string' && this.said === before) this.say(text);
  }

  private add(delta: Said | string): void {
    if (typeof delta === 'string') return this.say(delta);
    const { text, refusal, tool_calls, function_call } = delta;
    const content = delta.content || text;
    this.thoughts.read(delta);
    if (typeof content === 'string') this.addText(content, delta.extra_content?.google?.thought === true);
    else this.addPieces(content);
    this.hasThoughtDeltas ||= this.thoughts.hasAny;
    if (tool_calls || function_call) this.call(delta);
    this.refuse(refusal);
  }

  private addText(text: string, isThought: boolean): void {
    if (isThought) {
      this.said += text.length;
      this.thoughts.say(this.isInTag ? text : text.replace(/^<thought>\s*/, ''));
      this.isInTag = true;
      return;
    }
    const said = this.isInTag ? text.replace(/^<\/thought>\s*/, '') : text;
    this.said += text.length - said.length;
    this.isInTag &&= text === '';
    this.say(said);
  }

  private addPieces(content: unknown): void {
    for (const { isThought, text } of piecesOf(content)) {
      if (isThought) this.thoughts.say(text);
      else this.say(text);
    }
  }

  /**
   * A message beside or after deltas repeats them, so that only what goes beyond them is new; or it is a piece more. One
   * that is called whole and says something else may be right or wrong: nobody can tell.
   */
  private addWhole(message: Said, isWhole: boolean): void {
    const { content, refusal } = message;
    const whole = textOf(content);
    this.said += whole.length;
    if (!this.hasDeltas) {
      const hasThoughts = this.hasThoughtDeltas;
      if (!hasThoughts) this.thoughts.read(message);
      for (const { isThought, text } of piecesOf(content)) {
        if (!isThought) this.tell(text);
        else if (!hasThoughts) this.thoughts.say(text);
      }
      this.callWhole(message);
      return this.refuse(refusal);
    }
    this.callWhole(message);
    const beyond = this.soFar.beyond(whole);
    if (beyond === undefined && isWhole && whole !== '') {
      // Without the thoughts that came before it.
      if (this.soFar.endsWith(whole)) return;
      throw new GarbledError(this.data);
    }
    this.tell(beyond ?? whole);
  }

  private call(delta: Said): void {
    if (!this.asked.hasTools) return this.sink.goesOn();
    this.thoughts.close();
    this.calls.read(delta);
  }

  private callWhole(message: Said): void {
    if (!this.asked.hasTools || !(message.tool_calls || message.function_call)) return;
    this.thoughts.close();
    this.calls.readWhole(message);
  }

  private logprobs(logprobs: Choice['logprobs']): void {
    const tokens = logprobs?.content;
    if (Array.isArray(tokens) && tokens.length > 0) this.sink.logprobs(tokens);
  }

  private say(text: string): void {
    if (text === '') return;
    this.hasDeltas = true;
    this.said += text.length;
    this.tell(text);
  }

  private tell(text: string): void {
    if (text === '') return;
    this.soFar.add(text);
    this.thoughts.close();
    this.sink.text(text);
  }

  private refuse(refusal: unknown): void {
    if (typeof refusal !== 'string' || refusal === '') return;
    this.hasRefused = true;
    this.say(refusal);
  }

  private finish({ finish_reason, stop_reason }: Choice): void {
    const reason = finishOf(finish_reason);
    if (!reason) return;
    if (this.hasRefused || reason === 'content-filter') throw this.refused();
    if (reason === 'failure') throw this.failures.unavailable();
    this.close();
    const isSequence = typeof stop_reason === 'string' && this.asked.stop?.includes(stop_reason);
    this.sink.complete(reason, isSequence ? stop_reason : undefined);
  }

  private close(): void {
    this.thoughts.close();
    if (this.calls.isUntold) this.sink.missed();
  }

  private refused(): Error {
    this.sink.finishReason('content-filter');
    return this.failures.content();
  }

  private failureOf(chunk: Chunk): Error {
    const problem = readProblem(chunk);
    return problem ? this.failures.ofProblem(problem) : this.failures.garbage();
  }
}
