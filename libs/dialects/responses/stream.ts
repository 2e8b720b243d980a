import type { ModelChunk } from '../../models/index.js';
import type { Told } from '../errors/told.js';
import { openAiPath } from '../errors/dialect-error.js';
import { type AnswerEnd, type AnswerHead, readEnd, type StreamWriter } from '../writing/answer.js';
import { type Block, Blocks, type BlockWriter } from '../writing/blocks.js';
import { sseEvent } from '../writing/sse.js';
import type { ResponsesEcho } from './echo.js';
import { ItemEvents } from './item-events.js';
import { itemOf, type OutputItem } from './output.js';
import { endOf, responseBody, type ResponseState } from './whole.js';

export interface ResponsesStreamOptions {
  head: AnswerHead;
  echo: ResponsesEcho;
  /** Events up to this number were sent by somebody: they are counted, and not put out. Left out: none was. */
  startingAfter?: number;
}

/**
 * Writes the events of a response, numbered from 0. The same chunks give the same events with the same numbers and ids,
 * whoever writes them: so a stream is taken up again by writing all of it from the beginning, with `startingAfter`.
 */
export class ResponsesStreamWriter implements StreamWriter, BlockWriter {
  private blocks = new Blocks(this);
  private last: AnswerEnd = {};
  private out = '';
  private sequence = 0;
  private state: 'new' | 'queued' | 'running' = 'new';
  private index = -1;
  private open: Block | undefined;
  /** Those of the attempt that counts. */
  private output: OutputItem[] = [];
  private readonly items: ItemEvents;

  constructor(private readonly options: ResponsesStreamOptions) {
    this.items = new ItemEvents(options.head.id, (type, fields) => this.event(type, fields));
  }

  /** The number that the next event will have. */
  get nextSequence(): number {
    return this.sequence;
  }

  /** It exists: one in the background waits, for all that its reader knows, until its first chunk. */
  begin(): string {
    if (this.state === 'new') this.created();
    return this.taken();
  }

  write(chunk: ModelChunk): string {
    this.run();
    if (!readEnd(this.last, chunk)) this.blocks.add(chunk);
    return this.taken();
  }

  /**
   * The answer starts over: the item so far is closed as `incomplete`, and is none of the response. The next events are
   * numbered from `sequence` on, where that is beyond what was counted here, and the next item is the one at `index`,
   * where its reader has seen items that were not written here.
   */
  restart({ sequence = 0, index = 0 }: { sequence?: number; index?: number } = {}): string {
    this.run();
    this.breakOff();
    this.blocks = new Blocks(this);
    this.last = {};
    this.output = [];
    this.sequence = Math.max(this.sequence, sequence);
    this.index = Math.max(this.index, index - 1);
    return this.taken();
  }

  end(): string {
    this.run();
    this.blocks.end();
    const state = endOf(this.last);
    this.lifecycle(state.status === 'completed' ? 'response.completed' : 'response.incomplete', state);
    return this.taken();
  }

  fail(told: Told): string {
    this.run();
    this.breakOff();
    const { code, message, path } = told;
    this.event('error', { code, message, param: path?.length ? openAiPath(path) : null });
    this.lifecycle('response.failed', { status: 'failed', error: told, usage: this.last.usage });
    return this.taken();
  }

  /** Its program cancelled it. OpenAI has no event of that name: it is an incomplete one, whose status says so. */
  cancel(): string {
    this.run();
    this.breakOff();
    this.lifecycle('response.incomplete', { status: 'cancelled', usage: this.last.usage });
    return this.taken();
  }

  beginBlock(block: Block): void {
    this.open = block;
    this.index++;
    this.items.begin(block, this.index);
  }

  growBlock(block: Block, text: string): void {
    this.items.grow(block, text, this.index);
  }

  endBlock(block: Block): void {
    this.open = undefined;
    this.output.push(this.items.end(block, this.index));
  }

  private breakOff(): void {
    if (!this.open) return;
    const item = itemOf(this.open, this.options.head.id, this.index, 'incomplete');
    this.output.push(item);
    this.event('response.output_item.done', { output_index: this.index, item });
    this.open = undefined;
  }

  private created(): void {
    const isQueued = this.options.echo.background === true;
    this.state = isQueued ? 'queued' : 'running';
    const state = { status: isQueued ? 'queued' : 'in_progress' } as const;
    this.lifecycle('response.created', state);
    this.lifecycle(isQueued ? 'response.queued' : 'response.in_progress', state);
  }

  private run(): void {
    if (this.state === 'new') this.created();
    if (this.state === 'running') return;
    this.state = 'running';
    this.lifecycle('response.in_progress', { status: 'in_progress' });
  }

  private lifecycle(type: string, state: ResponseState): void {
    const { head, echo } = this.options;
    this.event(type, { response: responseBody(head, echo, { ...state, output: this.output }) });
  }

  private event(type: string, fields: object): void {
    const sequence_number = this.sequence++;
    if (sequence_number <= (this.options.startingAfter ?? -1)) return;
    this.out += sseEvent(type, { type, sequence_number, ...fields });
  }

  private taken(): string {
    const { out } = this;
    this.out = '';
    return out;
  }
}
