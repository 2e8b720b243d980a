import type { ModelChunk, PartChunk, ProviderMetadata, ToolCallChunk } from '../../models/index.js';
import { callsMetadata } from '../reading/envelope.js';

export interface TextBlock {
  type: 'text';
  text: string;
  /** In OpenAI's form. */
  logprobs: unknown[];
}
export interface ThoughtBlock {
  type: 'reasoning';
  text: string;
  providerMetadata?: ProviderMetadata;
}
export interface CallBlock {
  type: 'tool-call';
  toolCallId: string;
  toolName: string;
  input: string;
  providerMetadata?: ProviderMetadata;
}
export type Block = TextBlock | ThoughtBlock | CallBlock;

/** Who writes blocks, in their order: each begins, grows and ends before the next one begins. */
export interface BlockWriter {
  /** A thought that is hidden begins with all that is known of it. */
  beginBlock(block: Block): void;
  /** More of the newest block: text, or input of a call. */
  growBlock(block: Block, text: string): void;
  endBlock(block: Block): void;
}

/**
 * Makes blocks of chunks. Calls of tools may come in turns: the first of them is written as it comes, one that begins
 * while another's input is no whole JSON yet waits for the others' end. What is told of a thought after its end, and what
 * belongs to calls, follows as hidden thoughts at the very end.
 */
export class Blocks {
  private open: Block | undefined;
  private hasBegun = false;
  private readonly calls = new Map<string, CallBlock>();
  private waiting: CallBlock[] = [];
  private newestThought: ThoughtBlock | undefined;
  /** What was told of thoughts that had ended: the newest of each. */
  private readonly late = new Map<ThoughtBlock, ProviderMetadata>();
  private logprobs: unknown[] = [];

  constructor(
    private readonly writer: BlockWriter,
    /** The dialect has room for it beside each call. */
    private readonly keepsCallMetadata = false,
  ) {}

  add(chunk: ModelChunk): void {
    if ('text' in chunk) this.text(chunk.text);
    else if ('reasoning' in chunk) this.thought(chunk.reasoning);
    else if ('part' in chunk) this.part(chunk.part);
    else if ('toolCall' in chunk) this.call(chunk.toolCall);
    else if ('logprobs' in chunk) this.addLogprobs(chunk.logprobs);
  }

  end(): void {
    this.close();
    for (const [thought, metadata] of this.late) this.hidden(beyond(thought.providerMetadata, metadata));
    const kept = [...this.calls.values()].flatMap(({ toolCallId, providerMetadata }) =>
      providerMetadata ? [[toolCallId, providerMetadata] as const] : [],
    );
    if (kept.length > 0 && !this.keepsCallMetadata) this.hidden(callsMetadata(Object.fromEntries(kept)));
  }

  private text(text: string): void {
    if (text === '') return;
    if (this.open?.type !== 'text') {
      this.start({ type: 'text', text: '', logprobs: this.logprobs });
      this.logprobs = [];
    }
    this.grow(text);
  }

  private thought(text: string): void {
    if (text === '') return;
    if (this.open?.type !== 'reasoning') this.startThought();
    this.grow(text);
  }

  private part({ begins, providerMetadata }: PartChunk): void {
    if (begins) this.startThought();
    const thought = this.newestThought;
    if (!providerMetadata || !thought) return;
    if (thought === this.open) thought.providerMetadata = providerMetadata;
    else this.late.set(thought, providerMetadata);
  }

  private call({ toolCallId, toolName = '', input = '', providerMetadata }: ToolCallChunk): void {
    let call = this.calls.get(toolCallId);
    if (!call) {
      call = { type: 'tool-call', toolCallId, toolName, input: '' };
      this.calls.set(toolCallId, call);
      if (this.mustWait()) this.waiting.push(call);
      else this.start(call);
    }
    if (providerMetadata) call.providerMetadata = providerMetadata;
    if (call === this.open) this.grow(input);
    else call.input += input;
  }

  private mustWait(): boolean {
    return this.waiting.length > 0 || (this.open?.type === 'tool-call' && !isWhole(this.open.input));
  }

  /** Tokens and their probabilities come beside each other, in either order. */
  private addLogprobs(logprobs: unknown[]): void {
    (this.open?.type === 'text' ? this.open.logprobs : this.logprobs).push(...logprobs);
  }

  private startThought(): void {
    this.close();
    this.open = this.newestThought = { type: 'reasoning', text: '' };
    this.hasBegun = false;
  }

  private start(block: Block): void {
    this.close();
    this.open = block;
    this.begin(block);
  }

  private begin(block: Block): void {
    this.hasBegun = true;
    this.writer.beginBlock(block);
  }

  private grow(text: string): void {
    const block = this.open;
    if (!block || text === '') return;
    if (!this.hasBegun) this.begin(block);
    if (block.type === 'tool-call') block.input += text;
    else block.text += text;
    this.writer.growBlock(block, text);
  }

  private close(): void {
    const { open, waiting } = this;
    this.open = undefined;
    this.waiting = [];
    if (open) {
      if (!this.hasBegun) this.begin(open);
      this.writer.endBlock(open);
    }
    for (const call of waiting) this.whole(call, call.input);
  }

  private hidden(providerMetadata: ProviderMetadata): void {
    this.whole({ type: 'reasoning', text: '', providerMetadata }, '');
  }

  private whole(block: Block, text: string): void {
    this.begin(block);
    if (text !== '') this.writer.growBlock(block, text);
    this.writer.endBlock(block);
  }
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** What was told of a thought beyond what went out with it. */
function beyond(before: ProviderMetadata | undefined, after: ProviderMetadata): ProviderMetadata {
  const sent = before?.reasoning_details;
  const all = after.reasoning_details;
  if (!Array.isArray(sent) || !Array.isArray(all)) return after;
  return { ...after, reasoning_details: all.slice(sent.length) };
}
