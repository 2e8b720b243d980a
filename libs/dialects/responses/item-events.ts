import type { Block, CallBlock, TextBlock, ThoughtBlock } from '../writing/blocks.js';
import { emptyItem, itemId, itemOf, type OutputItem, outputText } from './output.js';

export type EmitEvent = (type: string, fields: object) => void;

/** The events of one item: it is added, its parts grow, and each is done before the item is. */
export class ItemEvents {
  /** The thought that is written has a part for its text. */
  private hasSummary = false;

  constructor(
    private readonly responseId: string,
    private readonly emit: EmitEvent,
  ) {}

  begin(block: Block, output_index: number): void {
    this.hasSummary = false;
    this.emit('response.output_item.added', { output_index, item: emptyItem(block, this.responseId, output_index) });
    if (block.type !== 'text') return;
    const part = outputText({ text: '', logprobs: [] });
    this.emit('response.content_part.added', { ...this.at(block, output_index), content_index: 0, part });
  }

  grow(block: Block, delta: string, output_index: number): void {
    const at = this.at(block, output_index);
    if (block.type === 'text') {
      this.emit('response.output_text.delta', { ...at, content_index: 0, delta, logprobs: [] });
    } else if (block.type === 'tool-call') {
      this.emit('response.function_call_arguments.delta', { ...at, delta });
    } else {
      if (!this.hasSummary) this.beginSummary(at);
      this.emit('response.reasoning_summary_text.delta', { ...at, summary_index: 0, delta });
    }
  }

  end(block: Block, output_index: number): OutputItem {
    const at = this.at(block, output_index);
    if (block.type === 'text') this.endText(block, at);
    else if (block.type === 'tool-call') this.endCall(block, at);
    else if (this.hasSummary) this.endSummary(block, at);
    const item = itemOf(block, this.responseId, output_index, 'completed');
    this.emit('response.output_item.done', { output_index, item });
    return item;
  }

  private beginSummary(at: object): void {
    this.hasSummary = true;
    const part = { type: 'summary_text', text: '' };
    this.emit('response.reasoning_summary_part.added', { ...at, summary_index: 0, part });
  }

  private endSummary({ text }: ThoughtBlock, at: object): void {
    this.emit('response.reasoning_summary_text.done', { ...at, summary_index: 0, text });
    const part = { type: 'summary_text', text };
    this.emit('response.reasoning_summary_part.done', { ...at, summary_index: 0, part });
  }

  private endText(block: TextBlock, at: object): void {
    const { text, logprobs } = block;
    this.emit('response.output_text.done', { ...at, content_index: 0, text, logprobs });
    this.emit('response.content_part.done', { ...at, content_index: 0, part: outputText(block) });
  }

  private endCall({ toolName: name, input }: CallBlock, at: object): void {
    this.emit('response.function_call_arguments.done', { ...at, name, arguments: input });
  }

  private at(block: Block, output_index: number): { item_id: string; output_index: number } {
    return { item_id: itemId(block, this.responseId, output_index), output_index };
  }
}
