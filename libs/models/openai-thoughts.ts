import type { AnswerSink } from './answer-sink.js';

/** Where servers put thoughts that they tell apart: DeepSeek, llama.cpp, xAI; vLLM, Ollama, Groq, OpenRouter; LM Studio. */
export interface SaidThoughts {
  reasoning_content?: unknown;
  reasoning?: unknown;
  thinking?: unknown;
  reasoning_details?: unknown;
}

/**
 * A piece of what OpenRouter wants back (https://openrouter.ai/docs/use-cases/reasoning-tokens): `reasoning.text`,
 * `reasoning.summary`, `reasoning.encrypted`.
 */
export interface ReasoningDetail {
  type: string;
  index?: unknown;
  text?: unknown;
  summary?: unknown;
  [field: string]: unknown;
}

/** Longer lists are nobody's. */
const MAX_DETAILS = 1000;

/** The thoughts in the deltas of one answer. */
export class OpenAiThoughts {
  private details: ReasoningDetail[] = [];
  private isOpen = false;
  private hasBegun = false;
  private hasNews = false;

  constructor(private readonly sink: AnswerSink) {}

  /** Whether any came. */
  get hasAny(): boolean {
    return this.hasBegun;
  }

  /** Some tell the same in two or three fields. */
  read({ reasoning_content, reasoning, thinking, reasoning_details }: SaidThoughts): void {
    const details = Array.isArray(reasoning_details) ? reasoning_details.filter(isDetail) : [];
    const text = [reasoning_content, reasoning, thinking].find(isText) ?? details.map(wordsOf).join('');
    this.say(text);
    if (details.length === 0) return;
    // A thought of which nothing is shown.
    if (!this.hasBegun) this.begin({ begins: true });
    for (const detail of details) this.add(detail);
    this.hasNews = true;
  }

  say(text: string): void {
    if (text === '') return;
    if (!this.isOpen) this.begin();
    this.sink.reasoning(text);
  }

  /** Something else follows: what came of them by now is told whole. More of it may come late. */
  close(): void {
    this.isOpen = false;
    if (!this.hasNews) return;
    this.hasNews = false;
    this.sink.part({ type: 'reasoning', providerMetadata: { reasoning_details: [...this.details] } });
  }

  private begin(part?: { begins: true }): void {
    this.isOpen = true;
    this.hasBegun = true;
    this.details = [];
    if (part) this.sink.part({ type: 'reasoning', ...part });
  }

  /** Texts come in pieces, the rest whole. */
  private add(detail: ReasoningDetail): void {
    const last = this.details.at(-1);
    const field = fieldOf(detail);
    const isMore = field && last?.type === detail.type && last.index === detail.index;
    if (!isMore) {
      if (this.details.length < MAX_DETAILS) this.details.push(detail);
      return;
    }
    const given = Object.entries(detail).filter(([, value]) => value !== null && value !== undefined);
    const text = wordsOf(last) + wordsOf(detail);
    this.details[this.details.length - 1] = { ...last, ...Object.fromEntries(given), type: detail.type, [field]: text };
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function isDetail(value: unknown): value is ReasoningDetail {
  return typeof value === 'object' && value !== null && typeof (value as ReasoningDetail).type === 'string';
}

/** The field of a detail that is shown. */
function fieldOf({ type }: ReasoningDetail): 'text' | 'summary' | undefined {
  if (type === 'reasoning.text') return 'text';
  return type === 'reasoning.summary' ? 'summary' : undefined;
}

function wordsOf(detail: ReasoningDetail): string {
  const field = fieldOf(detail);
  const words = field && detail[field];
  return typeof words === 'string' ? words : '';
}
