import type { PartChunk } from '../../../libs/models/index.js';
import {
  type PartsChange,
  type StoredPart,
  type StoredReasoningPart,
  type StoredSourcePart,
  type StoredTextPart,
  worthKeeping,
} from '../../chat/store/index.js';
import { partContent } from '../answer/log-entries.js';
import type { LogWriter } from './log-writer.js';

/** All parts of one answer together, as UTF-8; beyond it, the answer ends with `length`. */
const MAX_BYTES = 4_000_000;
/** Between texts that something else parts, and between such thoughts. */
export const APART = '\n\n';

/** What an attempt has brought so far, and its way into the log: text, thoughts, in their order. */
export class AnswerParts {
  text = '';
  /** Characters of thoughts. */
  thoughtLength = 0;
  private readonly items: StoredPart[] = [];
  private bytes = 0;
  private thoughtSince = 0;
  /** What the text of the thought that is being written begins with. */
  private gap = '';

  constructor(private readonly log: Pick<LogWriter, 'write' | 'add'>) {}

  /** Whether the model has brought something. */
  get hasBegun(): boolean {
    return this.text !== '' || this.items.some(({ type }) => type === 'reasoning');
  }

  get isFull(): boolean {
    return this.bytes > MAX_BYTES;
  }

  /** Texts and thoughts together: what an estimate of tokens is made of. */
  get allText(): string {
    return this.items.reduce((all, part) => (part.type === 'reasoning' ? all + part.text : all), this.text);
  }

  /** How many there are. */
  get count(): number {
    return this.items.length;
  }

  addText(text: string): void {
    let part = this.items.at(-1);
    if (part?.type !== 'text') {
      this.closeThought();
      if (this.isApart('text')) text = APART + text;
      this.items.push((part = { type: 'text', length: 0 }));
    }
    this.text += text;
    part.length += text.length;
    this.bytes += Buffer.byteLength(text);
    this.log.write(text);
  }

  addThought(text: string): void {
    const part = this.openThought ?? this.beginThought();
    if (part.text === '') text = this.gap + text;
    part.text += text;
    this.thoughtLength += text.length;
    this.bytes += Buffer.byteLength(text);
    this.log.write(text, true);
  }

  addPart({ begins, providerMetadata }: PartChunk): void {
    // Behind another thought, or without any text, only its own entry tells that it begins.
    if (begins || !this.newestThought) {
      this.closeThought();
      this.beginThought();
      this.log.add(partContent(this.items.length - 1, { type: 'reasoning', text: '', ms: null }));
    }
    if (!providerMetadata) return;
    const metadata = JSON.stringify(providerMetadata);
    this.newestThought!.providerMetadata = metadata;
    this.bytes += Buffer.byteLength(metadata);
  }

  addSource(source: StoredSourcePart): void {
    this.items.push(source);
    this.bytes += Buffer.byteLength(JSON.stringify(source));
    this.log.add(partContent(this.items.length - 1, source));
  }

  /** Nothing more comes. */
  close(): void {
    this.closeThought();
  }

  /** All, to be kept; undefined where the text says all. */
  get kept(): StoredPart[] | undefined {
    return worthKeeping(this.items) ? this.items : undefined;
  }

  /** What follows the first `from`, to be kept; undefined where the text says all. */
  since(from: number): PartsChange | undefined {
    return this.kept && { from, items: this.items.slice(from) };
  }

  private beginThought(): StoredReasoningPart {
    const part: StoredReasoningPart = { type: 'reasoning', text: '', ms: null };
    this.gap = this.isApart('reasoning') ? APART : '';
    this.items.push(part);
    this.thoughtSince = performance.now();
    return part;
  }

  /** The newest part, where it is a thought that is still being written. */
  private get openThought(): StoredReasoningPart | undefined {
    const last = this.items.at(-1);
    return last?.type === 'reasoning' && last.ms === null ? last : undefined;
  }

  /** What its provider wants back of a thought may come behind the text that follows it. */
  private get newestThought(): StoredReasoningPart | undefined {
    return this.items.findLast((part) => part.type === 'reasoning');
  }

  private closeThought(): void {
    const part = this.openThought;
    if (!part) return;
    part.ms = Math.round(performance.now() - this.thoughtSince);
    this.log.add(partContent(this.items.length - 1, { type: 'reasoning', ms: part.ms }));
  }

  /** Whether there is one of this kind already, and something else behind it. */
  private isApart(type: (StoredTextPart | StoredReasoningPart)['type']): boolean {
    return this.items.at(-1)?.type !== type && this.items.some((part) => part.type === type);
  }
}
