import { HeldChunks } from './held-chunks.js';
import type { FinishReason, ModelChunk, ModelUsage, PartChunk, ToolCallChunk } from './model.js';
import { PullQueue } from './pull-queue.js';

/**
 * Chunks between who brings them and the one who takes them. What arrives before it is taken becomes one chunk, so a
 * slow taker costs neither memory nor time for each delta. Text, thoughts, parts and calls keep their order; usage comes
 * behind them, and why it ended last. A character whose second half has not come yet (providers cut JSON escapes anywhere)
 * waits for it.
 */
export abstract class ChunkQueue extends PullQueue<ModelChunk> {
  private readonly held = new HeldChunks();
  private pendingUsage: ModelUsage | undefined;
  private pendingEnd: Extract<ModelChunk, { finishReason: FinishReason }> | undefined;

  text(text: string): void {
    this.held.text(text);
  }

  reasoning(text: string): void {
    this.held.reasoning(text);
  }

  part(part: PartChunk): void {
    this.held.part(part);
  }

  toolCall(toolCall: ToolCallChunk): void {
    this.held.toolCall(toolCall);
  }

  logprobs(tokens: unknown[]): void {
    this.held.logprobs(tokens);
  }

  usage(usage: ModelUsage): void {
    this.pendingUsage = usage;
  }

  /** Just before the end. */
  finishReason(finishReason: FinishReason, stopSequence?: string): void {
    this.pendingEnd = { finishReason, ...(stopSequence !== undefined && { stopSequence }) };
  }

  protected override get heldLength(): number {
    return this.held.length;
  }

  protected override takeHeld(): ModelChunk | undefined {
    const chunk = this.held.take(this.isOver);
    if (chunk) return chunk;
    const usage = this.pendingUsage;
    this.pendingUsage = undefined;
    if (usage) return { usage };
    const end = this.pendingEnd;
    this.pendingEnd = undefined;
    return end;
  }

  protected override dropHeld(): void {
    this.held.drop();
    this.pendingUsage = undefined;
    this.pendingEnd = undefined;
  }
}
