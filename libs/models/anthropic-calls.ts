import type { AnswerSink } from './answer-sink.js';
import type { Asked } from './asked.js';
import { type ToolCall, ToolCalls, wordOf } from './tool-calls.js';

/** What is read of a block that calls a tool, and of more of its input. */
export interface CallBlock {
  type?: string;
  id?: unknown;
  name?: unknown;
  input?: unknown;
  partial_json?: unknown;
}

/** Where the input of a block goes. `given`: what stood in its beginning, if nothing follows. */
interface Open {
  index: unknown;
  given: string;
  add(piece: string): void;
}

/**
 * Reads the blocks of one answer that call tools, as far as anybody asked for tools. Where the answer itself was asked for
 * by a tool, the input of its first call is text.
 */
export class AnthropicCalls {
  private readonly calls: ToolCalls;
  private open: Open[] = [];
  private hasForm = false;

  constructor(
    private readonly sink: Pick<AnswerSink, 'toolCall' | 'text' | 'goesOn'>,
    private readonly asked: Asked,
  ) {
    this.calls = new ToolCalls(sink);
  }

  /** What was called is the form of the answer, and nothing else. */
  get isForm(): boolean {
    return this.hasForm && this.calls.all.length === 0;
  }

  /** False: it is another block, or nobody asked. */
  begin(block: CallBlock | null | undefined, index: unknown): boolean {
    if (block?.type !== 'tool_use') return false;
    const add = this.target(block);
    if (!add) return false;
    this.open.push({ index, given: givenIn(block, block.name === this.asked.formatTool), add });
    this.sink.goesOn();
    return true;
  }

  /** False: it is no input of such a block. */
  add(delta: CallBlock | null | undefined, index: unknown): boolean {
    const piece = delta?.partial_json;
    const open = this.open.findLast((one) => index === undefined || one.index === index);
    if (typeof piece !== 'string' || !open) return false;
    if (piece !== '') open.given = '';
    this.sink.goesOn();
    open.add(piece);
    return true;
  }

  /** The block at this place is whole; without a place: all are. */
  stop(index?: unknown): void {
    const ended = this.open.filter((one) => index === undefined || one.index === index);
    this.open = this.open.filter((one) => !ended.includes(one));
    for (const { given, add } of ended) if (given !== '') add(given);
  }

  private target({ id, name }: CallBlock): Open['add'] | undefined {
    const { formatTool, hasTools } = this.asked;
    if (formatTool !== undefined && name === formatTool) {
      const isFirst = !this.hasForm;
      this.hasForm = true;
      return (piece) => {
        if (isFirst && piece !== '') this.sink.text(piece);
      };
    }
    if (!hasTools) return undefined;
    const call: ToolCall = this.calls.add(id, name);
    return (piece) => call.add(piece);
  }
}

/** The beginning of a block says `{}`, unless its input comes there whole. */
function givenIn({ input }: CallBlock, isForm: boolean): string {
  if (typeof input !== 'object' || input === null) return wordOf(input);
  return isForm || Object.keys(input).length > 0 ? JSON.stringify(input) : '';
}
