import type { ModelChunk } from '../../models/index.js';
import { openAiError } from '../errors/error-body.js';
import type { Told } from '../errors/told.js';
import { type AnswerEnd, type AnswerHead, finishOf, readEnd, type StreamWriter } from '../writing/answer.js';
import { type Block, Blocks, type BlockWriter, type CallBlock } from '../writing/blocks.js';
import { sseData } from '../writing/sse.js';
import { detailsOf, type ReasoningDetail } from './thoughts.js';
import { CHAT_FINISH, chatUsage } from './usage.js';
import { extraOf, GAP } from './whole.js';

export interface ChatStreamOptions {
  head: AnswerHead;
  includeUsage: boolean;
}

/**
 * Writes the chunks of a chat completion. The role comes first; details of thoughts once, whole, before the end; then why
 * it ended, usage where it was asked for, and `[DONE]`. After an error there is no `finish_reason`, and no `[DONE]`.
 */
export class ChatStreamWriter implements StreamWriter, BlockWriter {
  private readonly blocks = new Blocks(this, true);
  private readonly last: AnswerEnd = {};
  private out = '';
  /** What stands before and behind the `delta` of every chunk. */
  private prefix = '';
  private readonly suffix: string;
  private readonly calls: CallBlock[] = [];
  private readonly details: ReasoningDetail[] = [];
  private thoughts = 0;
  private hasText = false;
  private hasThought = false;
  /** A block begins behind another one of its kind. */
  private gap = '';

  constructor(private readonly options: ChatStreamOptions) {
    const usage = options.includeUsage ? ',"usage":null' : '';
    this.suffix = `}]${usage}}`;
  }

  write(chunk: ModelChunk): string {
    this.start();
    if ('logprobs' in chunk) this.chunk({}, null, { content: chunk.logprobs, refusal: null });
    else if (!readEnd(this.last, chunk)) this.blocks.add(chunk);
    return this.taken();
  }

  end(): string {
    this.start();
    this.blocks.end();
    if (this.details.length > 0) this.delta({ reasoning_details: this.details });
    this.chunk({}, CHAT_FINISH[finishOf(this.last, this.calls.length > 0)]);
    const { usage } = this.last;
    if (usage && this.options.includeUsage) {
      this.out += sseData(`${this.prefix}[],"usage":${JSON.stringify(chatUsage(usage))}}`);
    }
    this.out += sseData('[DONE]');
    return this.taken();
  }

  fail(told: Told): string {
    return sseData(JSON.stringify(openAiError(told)));
  }

  beginBlock(block: Block): void {
    if (block.type === 'tool-call') return this.beginCall(block);
    this.gap = (block.type === 'text' ? this.hasText : this.hasThought) ? GAP : '';
  }

  growBlock(block: Block, text: string): void {
    if (block.type === 'tool-call') {
      const index = this.calls.indexOf(block);
      return this.delta({ tool_calls: [{ index, function: { arguments: text } }] });
    }
    const said = this.gap + text;
    this.gap = '';
    if (block.type === 'text') this.hasText = true;
    else this.hasThought = true;
    this.delta(block.type === 'text' ? { content: said } : { reasoning_content: said });
  }

  endBlock(block: Block): void {
    if (block.type === 'reasoning') this.details.push(...detailsOf(block, this.thoughts++));
    if (block.type === 'tool-call' && block.providerMetadata) {
      this.delta({ tool_calls: [{ index: this.calls.indexOf(block), ...extraOf(block) }] });
    }
  }

  private beginCall(call: CallBlock): void {
    const index = this.calls.push(call) - 1;
    const { toolCallId: id, toolName: name } = call;
    this.delta({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
  }

  private start(): void {
    if (this.prefix !== '') return;
    const { id, model, createdAt } = this.options.head;
    const head = { id, object: 'chat.completion.chunk', created: createdAt, model };
    this.prefix = `${JSON.stringify(head).slice(0, -1)},"choices":`;
    this.delta({ role: 'assistant', content: '' });
  }

  private delta(delta: object): void {
    this.chunk(delta, null);
  }

  private chunk(delta: object, finish: string | null, logprobs: unknown = null): void {
    const told = `"logprobs":${JSON.stringify(logprobs)},"finish_reason":${JSON.stringify(finish)}`;
    this.out += sseData(`${this.prefix}[{"index":0,"delta":${JSON.stringify(delta)},${told}${this.suffix}`);
  }

  private taken(): string {
    const { out } = this;
    this.out = '';
    return out;
  }
}
