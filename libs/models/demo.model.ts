import { DemoAnswer } from './demo-answer.js';
import { DemoScript } from './demo-script.js';
import { demoText } from './demo-text.js';
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
    return [{ name: 'demo' }];
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

  private answer({ turns, instructions = '', maxTokens = Infinity }: ModelRequest, signal: AbortSignal): DemoAnswer {
    const asked = turns.at(-1);
    const script = this.script ?? new DemoScript(demoText(asked ? textOfTurn(asked) : ''));
    const wanted = this.settings.tokens ?? script.length;
    const length = Math.min(wanted, maxTokens);
    const finishReason = length < wanted ? 'length' : 'stop';
    const inputTokens = [instructions, ...turns.map(textOfTurn)].reduce((sum, text) => sum + words(text), 0);
    return new DemoAnswer(
      { script, length, inputTokens, finishReason, perMs: this.settings.tokensPerSecond / 1000 },
      this.ticker,
      signal,
    );
  }
}

function words(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
