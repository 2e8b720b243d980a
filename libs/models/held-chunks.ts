import { endsInHalf } from './halves.js';
import type { ModelChunk, PartChunk, ToolCallChunk } from './model.js';

/** A part that is no text, or the probabilities of a token, count for so many characters. */
const PART_CHARS = 1024;

/**
 * What came of an answer and was not taken yet: the newest text or thought, to which more may be added, and what came before
 * it. Probabilities come behind the text that they are of.
 */
export class HeldChunks {
  private newest = '';
  private isThought = false;
  private tokens: unknown[] = [];
  /** Oldest first. */
  private readonly before: ModelChunk[] = [];
  private beforeLength = 0;

  /** In characters, more or less. */
  get length(): number {
    return this.newest.length + this.beforeLength + this.tokens.length * PART_CHARS;
  }

  text(text: string): void {
    if (this.isThought && text !== '') this.close();
    this.newest += text;
  }

  reasoning(text: string): void {
    if (text === '') return;
    if (!this.isThought) {
      this.close();
      this.isThought = true;
    }
    this.newest += text;
  }

  part(part: PartChunk): void {
    this.close();
    const last = this.before.at(-1);
    // More about the same part replaces what was told of it.
    if (!part.begins && last && 'part' in last) {
      last.part = { ...last.part, ...part };
      return;
    }
    this.put({ part }, PART_CHARS);
  }

  toolCall(toolCall: ToolCallChunk): void {
    this.close();
    const { toolCallId, toolName, input = '' } = toolCall;
    const last = this.before.at(-1);
    const isMore = last && 'toolCall' in last && last.toolCall.toolCallId === toolCallId && toolName === undefined;
    if (!isMore) return this.put({ toolCall }, PART_CHARS + input.length);
    const all = (last.toolCall.input ?? '') + input;
    last.toolCall = { ...last.toolCall, ...toolCall, ...(all !== '' && { input: all }) };
    this.beforeLength += input.length;
  }

  logprobs(tokens: unknown[]): void {
    this.tokens.push(...tokens);
  }

  /** `isOver`: nothing more comes, so that half a character is not held any longer. */
  take(isOver: boolean): ModelChunk | undefined {
    const chunk = this.before.shift();
    if (this.before.length === 0) this.beforeLength = 0;
    if (chunk) return chunk;
    const text = this.takeText(isOver);
    if (text) return this.isThought ? { reasoning: text } : { text };
    if (this.tokens.length === 0) return undefined;
    const logprobs = this.tokens;
    this.tokens = [];
    return { logprobs };
  }

  drop(): void {
    this.newest = '';
    this.tokens = [];
    this.before.length = 0;
    this.beforeLength = 0;
  }

  /** What was added to stays as it is: something else follows. */
  private close(): void {
    const { newest, isThought, tokens } = this;
    this.newest = '';
    this.isThought = false;
    if (newest !== '') this.put(isThought ? { reasoning: newest } : { text: newest }, newest.length);
    if (tokens.length === 0) return;
    this.tokens = [];
    this.put({ logprobs: tokens }, tokens.length * PART_CHARS);
  }

  private put(chunk: ModelChunk, length: number): void {
    this.before.push(chunk);
    this.beforeLength += length;
  }

  private takeText(isOver: boolean): string {
    const all = this.newest;
    const held = endsInHalf(all) && !isOver ? all.slice(-1) : '';
    this.newest = held;
    return held ? all.slice(0, -1) : all;
  }
}
