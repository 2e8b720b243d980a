import { DemoAnswer } from './demo-answer.js';
import { DemoScript } from './demo-script.js';
import { demoQuestion, demoText, demoThought } from './demo-text.js';
import { Model, type ModelChunk, type ModelInfo, type ModelRequest, textOfTurn } from './model.js';
import { Ticker } from './ticker.js';

/** Often enough to look fluent. Whatever is due by then is one chunk. */
const TICK_MS = 40;

export interface DemoSettings {
  /** What is said; undefined: a text about the question. */
  text?: string;
  /** How many tokens are said: the text is repeated or cut. Undefined: the text once. */
  tokens?: number;
  tokensPerSecond: number;
}

/** A model that needs nobody: for a first look, and for measuring the server without a provider. A token is a word. */
export class DemoModel extends Model {
  readonly name = 'demo';
  readonly label = 'Demo';
  readonly maxConcurrent = undefined;
  private readonly ticker = new Ticker(TICK_MS);
  private readonly script: DemoScript | undefined;

  constructor(private readonly settings: DemoSettings) {
    super();
    if (settings.text !== undefined) this.script = new DemoScript(settings.text);
  }

  async models(): Promise<ModelInfo[]> {
    return [this.known('demo')];
  }

  override known(name: string): ModelInfo {
    return { name, input: ['text', 'image', 'pdf'], reasoning: true };
  }

  async defaultModel(): Promise<string> {
    return 'demo';
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelChunk> {
    return { [Symbol.asyncIterator]: () => this.answer(request, signal) };
  }

  async close(): Promise<void> {
    // There are no connections.
  }

  /** It thinks where it is told how much. */
  private answer(request: ModelRequest, signal: AbortSignal): DemoAnswer {
    const { turns, instructions = '', maxTokens = Infinity, reasoningEffort = 'none' } = request;
    const question = demoQuestion(turns.at(-1));
    const script = this.script ?? new DemoScript(demoText(question));
    const thought = reasoningEffort === 'none' ? undefined : new DemoScript(demoThought(question));
    const thoughtLength = Math.min(thought?.length ?? 0, maxTokens);
    const wanted = this.settings.tokens ?? script.length;
    const length = Math.min(wanted, maxTokens - thoughtLength);
    const finishReason = length < wanted ? 'length' : 'stop';
    const inputTokens = [instructions, ...turns.map(textOfTurn)].reduce((sum, text) => sum + words(text), 0);
    const perMs = this.settings.tokensPerSecond / 1000;
    const part = { thought, thoughtLength, script, length, inputTokens, finishReason, perMs } as const;
    return new DemoAnswer(part, this.ticker, signal);
  }
}

function words(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
