import type { FinishReason, ModelUsage, PartChunk, ToolCallChunk } from './model.js';
import type { OnSseEvent } from './sse-parser.js';

/** Where a reader of a provider's events puts what it finds. */
export interface AnswerSink {
  text(text: string): void;
  /** More of a thought. */
  reasoning(text: string): void;
  /** As `PartChunk`. */
  part(part: PartChunk): void;
  /** As `ToolCallChunk`. A call of which no input comes has an empty one. */
  toolCall(call: ToolCallChunk): void;
  /** As in `ModelChunk`, of the text before it. */
  logprobs(tokens: unknown[]): void;
  /** A part of the answer of which nothing is told: calls of tools that nobody asked for. */
  goesOn(): void;
  /** Something that may be a part of the answer can not be read: without any text there is none. */
  missed(): void;
  usage(usage: ModelUsage): void;
  /** Why the answer ends, where an error follows. */
  finishReason(reason: FinishReason): void;
  /** The answer is complete, as far as its provider knows: its usage may still follow. More text takes it back. */
  complete(reason?: FinishReason, stopSequence?: string): void;
  /** The end marker: nothing follows but the end of the connection. */
  end(): void;
}

/** Reads the events of one answer into the sink: data, and the event's name, '' where it has none. Throws ModelError or GarbledError. */
export type MakeReader = (sink: AnswerSink) => OnSseEvent;
