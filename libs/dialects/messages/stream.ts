import type { ModelChunk } from '../../models/index.js';
import { anthropicError } from '../errors/error-body.js';
import type { Told } from '../errors/told.js';
import { type AnswerEnd, type AnswerHead, readEnd, type StreamWriter } from '../writing/answer.js';
import { type Block, Blocks, type BlockWriter } from '../writing/blocks.js';
import { sseData, sseEvent } from '../writing/sse.js';
import { type ThinkingBlock, thinkingBlock } from './thoughts.js';
import { messagesUsage, NOT_TOLD, stopOf } from './usage.js';
import { emptyCall, type MessageBlock } from './whole.js';

export interface MessagesStreamOptions {
  head: AnswerHead;
  /** Of the input, by estimate: the stream's first event tells it, its last one the provider's count. */
  inputTokens?: number;
  requestId?: string;
}

/** Writes the events of a message: blocks one after the other, and a ping behind the first event, as Anthropic does. */
export class MessagesStreamWriter implements StreamWriter, BlockWriter {
  private readonly blocks = new Blocks(this);
  private readonly last: AnswerEnd = {};
  private out = '';
  private hasStarted = false;
  private index = -1;
  private hasCalls = false;

  constructor(private readonly options: MessagesStreamOptions) {}

  write(chunk: ModelChunk): string {
    this.start();
    if (!readEnd(this.last, chunk)) this.blocks.add(chunk);
    return this.taken();
  }

  end(): string {
    this.start();
    this.blocks.end();
    const usage = { ...messagesUsage(this.last.usage), server_tool_use: null };
    this.event('message_delta', { delta: { ...stopOf(this.last, this.hasCalls), container: null }, usage });
    this.event('message_stop', {});
    return this.taken();
  }

  fail(told: Told): string {
    return sseEvent('error', anthropicError(told, this.options.requestId ?? null));
  }

  beginBlock(block: Block): void {
    this.index++;
    this.event('content_block_start', { index: this.index, content_block: this.emptyBlock(block) });
  }

  growBlock({ type }: Block, text: string): void {
    if (type === 'text') this.delta('text_delta', 'text', text);
    else if (type === 'reasoning') this.delta('thinking_delta', 'thinking', text);
    else this.delta('input_json_delta', 'partial_json', text);
  }

  endBlock(block: Block): void {
    if (block.type === 'reasoning') this.sign(thinkingBlock(block.text, block.providerMetadata));
    this.event('content_block_stop', { index: this.index });
  }

  /** A hidden thought is there at once; the signature of another one comes behind its text. */
  private emptyBlock(block: Block): MessageBlock {
    if (block.type === 'text') return { type: 'text', text: '', citations: null };
    if (block.type === 'tool-call') {
      this.hasCalls = true;
      return emptyCall(block.toolCallId, block.toolName);
    }
    const thought = thinkingBlock(block.text, block.providerMetadata);
    return thought.type === 'redacted_thinking' ? thought : { type: 'thinking', thinking: '', signature: '' };
  }

  private sign(thought: ThinkingBlock): void {
    if (thought.type !== 'thinking' || thought.signature === '') return;
    this.delta('signature_delta', 'signature', thought.signature);
  }

  private start(): void {
    if (this.hasStarted) return;
    this.hasStarted = true;
    const { head, inputTokens = 0 } = this.options;
    const usage = { ...messagesUsage({ inputTokens, outputTokens: 0 }), ...NOT_TOLD };
    const message = {
      id: head.id,
      type: 'message',
      role: 'assistant',
      model: head.model,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage,
    };
    this.event('message_start', { message });
    this.event('ping', {});
  }

  private event(type: string, fields: object): void {
    this.out += sseEvent(type, { type, ...fields });
  }

  /** Most of all events: put together by hand. */
  private delta(type: string, field: string, text: string): void {
    const delta = `{"type":"${type}","${field}":${JSON.stringify(text)}}`;
    const data = `{"type":"content_block_delta","index":${this.index},"delta":${delta}}`;
    this.out += `event: content_block_delta\n${sseData(data)}`;
  }

  private taken(): string {
    const { out } = this;
    this.out = '';
    return out;
  }
}
