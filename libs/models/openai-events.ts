import type { AnswerSink, MakeReader } from './answer-stream.js';
import { GarbledError, isCount, mayBeSaid, type OnData, readData } from './event-data.js';
import { finishOf } from './finish-reason.js';
import type { ModelUsage } from './model.js';
import type { ProviderFailures } from './provider-failures.js';
import { readProblem } from './provider-problem.js';
import { SaidSoFar } from './said-so-far.js';

interface Said {
  content?: unknown;
  text?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  tool_calls?: unknown;
}

/** What is read of a chat.completion.chunk. Some servers leave out, or send as null, whatever they don't use. */
interface Chunk {
  object?: string;
  error?: unknown;
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  choices?: Choice[] | null;
}

interface Choice {
  delta?: Said | string | null;
  message?: Said | null;
  text?: unknown;
  content?: unknown;
  finish_reason?: unknown;
}

/** A piece of text in a delta or message, as it is written; and one anywhere. */
const PIECE = /"(?:delta|message)":\s*\{(?:\s*"role":\s*"\w*",)?\s*"content":\s*"[^"]/;
const CONTENT = /"content":\s*"[^"]/;

/** As `OpenAiReader`. */
export const openAiReader =
  (failures: ProviderFailures): MakeReader =>
  (sink) => {
    const reader = new OpenAiReader(failures, sink);
    return (data, event) => reader.read(data, event);
  };

/**
 * Reads the events of a chat completion. The answer is complete with a `finish_reason`, or with `[DONE]`: Azure,
 * llama.cpp and some gateways leave out one or the other. Usage may stand in the same chunk or in one after it, without
 * choices. Reasoning is not part of the text. Who does not stream sends it all as a `message`.
 */
class OpenAiReader implements OnData {
  private data = '';
  private event = '';
  private hasRefused = false;
  private hasDeltas = false;
  private readonly soFar = new SaidSoFar();
  /** Characters that came, also more than once. */
  private said = 0;

  constructor(
    private readonly failures: ProviderFailures,
    private readonly sink: AnswerSink,
  ) {}

  read(data: string, event: string): void {
    this.event = event;
    readData(data, this);
  }

  done(): void {
    if (this.hasRefused) throw this.refused();
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
    const usage = usageOf(chunk);
    if (usage) this.sink.usage(usage);
    const choice = isAnswer ? choices[0] : undefined;
    const before = this.said;
    if (choice) this.choice(choice, object === 'chat.completion');
    // A piece whose keys are garbled is lost, though the rest of it can be read.
    const isBare = choice && !choice.delta && !choice.message;
    if (this.said === before && (isBare ? CONTENT : PIECE).test(this.data)) throw new GarbledError(this.data);
    if (this.said === before && mayBeSaid(isAnswer ? partsOf(choice) : chunk)) this.sink.missed();
    this.finish(choice?.finish_reason);
  }

  private choice({ delta, message, text }: Choice, isWhole: boolean): void {
    const before = this.said;
    if (delta) this.add(delta);
    if (message) this.addWhole(message, isWhole);
    if (typeof text === 'string' && this.said === before) this.say(text);
  }

  private add(delta: Said | string): void {
    if (typeof delta === 'string') return this.say(delta);
    const { content, text, refusal, reasoning_content, reasoning, tool_calls } = delta;
    this.say(textOf(content || text));
    if (reasoning_content || reasoning || tool_calls) this.sink.goesOn();
    this.refuse(refusal);
  }

  /**
   * A message beside or after deltas repeats them, so that only what goes beyond them is new; or it is a piece more. One
   * that is called whole and says something else may be right or wrong: nobody can tell.
   */
  private addWhole({ content, refusal }: Said, isWhole: boolean): void {
    const whole = textOf(content);
    this.said += whole.length;
    if (!this.hasDeltas) {
      this.tell(whole);
      return this.refuse(refusal);
    }
    const beyond = this.soFar.beyond(whole);
    if (beyond === undefined && isWhole && whole !== '') {
      // Without the thoughts that came before it.
      if (this.soFar.endsWith(whole)) return;
      throw new GarbledError(this.data);
    }
    this.tell(beyond ?? whole);
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
    this.sink.text(text);
  }

  private refuse(refusal: unknown): void {
    if (typeof refusal !== 'string' || refusal === '') return;
    this.hasRefused = true;
    this.say(refusal);
  }

  private finish(word: unknown): void {
    const reason = finishOf(word);
    if (!reason) return;
    if (this.hasRefused || reason === 'content-filter') throw this.refused();
    if (reason === 'failure') throw this.failures.unavailable();
    this.sink.complete(reason);
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

/** Where text stands in a choice. */
const partsOf = (choice?: Choice | null) => [choice?.delta, choice?.message, choice?.text, choice?.content];

/**
 * Content is a text, one part or several; some of those are thoughts or pictures (Mistral, OpenRouter). The text of a
 * part may be `{ value }` (OpenAI's assistants).
 */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textOf).join('');
  if (typeof content !== 'object' || content === null) return '';
  const { type = 'text', text, value } = content as Record<string, unknown>;
  return type === 'text' || type === 'output_text' ? textOf(text ?? value) : '';
}

function usageOf({ usage }: Chunk): ModelUsage | undefined {
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = usage ?? {};
  return isCount(inputTokens) && isCount(outputTokens ?? 0)
    ? { inputTokens, outputTokens: outputTokens ?? 0 }
    : undefined;
}
