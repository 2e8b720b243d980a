import type { FinishReason, ModelChunk, ModelUsage } from '../../models/index.js';
import type { Told } from '../errors/told.js';
import { type Block, Blocks, type BlockWriter } from './blocks.js';

/** What every answer says of itself. */
export interface AnswerHead {
  /** With the dialect's prefix: `answerId`. */
  id: string;
  /** The real one, as the program would ask for it. It may be set until the first chunk is written. */
  model: string;
  /** Unix time in seconds. */
  createdAt: number;
}

/** How an answer ended, as far as its chunks have told. */
export interface AnswerEnd {
  finishReason?: FinishReason;
  stopSequence?: string;
  usage?: ModelUsage;
}

/** Writes an answer in a dialect while it comes. What it gives back is to be sent as it is; '' where there is nothing. */
export interface StreamWriter {
  write(chunk: ModelChunk): string;
  /** The answer is whole. */
  end(): string;
  /** It failed: nothing may follow. */
  fail(told: Told): string;
}

/** Reads of a chunk what is no block. True where it was that. */
export function readEnd(end: AnswerEnd, chunk: ModelChunk): boolean {
  if ('usage' in chunk) end.usage = chunk.usage;
  else if ('finishReason' in chunk) {
    end.finishReason = chunk.finishReason;
    end.stopSequence = chunk.stopSequence;
  } else return false;
  return true;
}

/** A model that calls a tool stops for it, whatever its server calls that. */
export function finishOf({ finishReason }: AnswerEnd, hasCalls: boolean): FinishReason {
  if (hasCalls && (finishReason === undefined || finishReason === 'stop')) return 'tool-calls';
  return finishReason ?? 'stop';
}

/** A whole answer, put together from its chunks. */
export class Answer implements BlockWriter, AnswerEnd {
  readonly blocks: Block[] = [];
  finishReason?: FinishReason;
  stopSequence?: string;
  usage?: ModelUsage;
  private readonly reader: Blocks;

  constructor(keepsCallMetadata = false) {
    this.reader = new Blocks(this, keepsCallMetadata);
  }

  add(chunk: ModelChunk): void {
    if (!readEnd(this, chunk)) this.reader.add(chunk);
  }

  /** Nothing follows. */
  close(): void {
    this.reader.end();
  }

  beginBlock(): void {}

  growBlock(): void {}

  endBlock(block: Block): void {
    this.blocks.push(block);
  }
}

const PREFIXES = { chat: 'chatcmpl-', messages: 'msg_', responses: 'resp_' } as const;

/** The id of an answer, from one of ours. */
export const answerId = (dialect: keyof typeof PREFIXES, id: string): string =>
  PREFIXES[dialect] + id.replaceAll('-', '');
