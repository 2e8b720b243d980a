import { DemoAnswer } from './demo-answer.js';
import { DemoScript } from './demo-script.js';
import { type DemoQuestion, demoQuestion, demoText, demoThought } from './demo-text.js';
import { demoCall, demoJson, demoResults } from './demo-tools.js';
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

/**
 * A model that needs nobody: for a first look, for trying programs without a provider, and for measuring the server. A token
 * is a word. It calls the tool that is named in the question, says what results it got, and writes JSON by a schema.
 */
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
    const thought = reasoningEffort === 'none' ? undefined : new DemoScript(demoThought(question));
    const thoughtLength = Math.min(thought?.length ?? 0, maxTokens);
    const said = this.said(request, question);
    const length = Math.min(said.length, maxTokens - thoughtLength);
    const inputTokens = [instructions, ...turns.map(textOfTurn)].reduce((sum, text) => sum + words(text), 0);
    const outputTokens = thoughtLength + length + said.calls.length;
    const usage = { inputTokens, outputTokens, ...(thought && { reasoningTokens: thoughtLength }) };
    const end: ModelChunk = length < said.length ? { finishReason: 'length' } : said.end;
    const perMs = this.settings.tokensPerSecond / 1000;
    const epilogue = [...said.calls, { usage }, end];
    return new DemoAnswer(
      { thought, thoughtLength, script: said.script, length, epilogue, perMs },
      this.ticker,
      signal,
    );
  }

  private said(request: ModelRequest, question: DemoQuestion): Said {
    const calls = demoCall(request);
    if (calls) return { script: NOTHING, length: 0, calls, end: { finishReason: 'tool-calls' } };
    const { responseFormat: format, stop } = request;
    const made = format ? demoJson(format, question.quote) : demoResults(request);
    const script = made === undefined ? (this.script ?? new DemoScript(demoText(question))) : new DemoScript(made);
    const length = made === undefined ? (this.settings.tokens ?? script.length) : script.length;
    return stopped({ script, length, calls: [], end: { finishReason: 'stop' } }, stop);
  }
}

interface Said {
  script: DemoScript;
  length: number;
  calls: ModelChunk[];
  end: ModelChunk;
}

const NOTHING = new DemoScript('');

/** Up to the first of these sequences. */
function stopped(said: Said, stop: string[] = []): Said {
  if (stop.length === 0) return said;
  const text = said.script.slice(0, said.length);
  const [first] = stop
    .map((stopSequence) => ({ stopSequence, at: text.indexOf(stopSequence) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  if (!first) return said;
  const before = text.slice(0, first.at);
  const script = new DemoScript(before);
  const end: ModelChunk = { finishReason: 'stop', stopSequence: first.stopSequence };
  return { ...said, script, length: before.trim() === '' ? 0 : script.length, end };
}

function words(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
