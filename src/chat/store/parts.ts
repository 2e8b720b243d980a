import { wellFormedFields } from '../../../libs/text/index.js';

/** So many characters (UTF-16) of the message's text, behind those of the text parts before it. */
export interface StoredTextPart {
  type: 'text';
  length: number;
}

/** A thought. `ms`: how long it took; null while it is written. Empty where its provider hides it. */
export interface StoredReasoningPart {
  type: 'reasoning';
  text: string;
  ms: number | null;
  /** What its provider wants back: JSON, for the endpoint and model that wrote it, never shown. */
  providerMetadata?: string;
}

/** A file of the asker's, as it was when it was sent. `size` in bytes, the others in pixels. */
export interface StoredFilePart {
  type: 'file';
  fileId: string;
  filename: string;
  mediaType: string;
  size: number;
  width?: number;
  height?: number;
}

/** What of a document the model was shown. Names are those of the AI SDK. */
export interface StoredSourcePart {
  type: 'source-document';
  sourceId: string;
  fileId: string;
  title: string;
  filename: string;
  mediaType: string;
  page?: number;
}

export type StoredPart = StoredTextPart | StoredReasoningPart | StoredFilePart | StoredSourcePart;

/**
 * The parts of a message, in the order in which they came about, with the epoch that wrote them (0 for a question). They hold
 * only where that is the message's own: a build that knows no parts may have written another text since. Texts stand in
 * `text`, once.
 */
export interface Parts {
  epoch: number;
  items: StoredPart[];
}

/** What a save changes: the first `from` stay, `items` follow them. */
export interface PartsChange {
  from: number;
  items: StoredPart[];
}

/** Parts that say no more than the text does are not kept. */
export function worthKeeping(items: readonly StoredPart[] | undefined): items is StoredPart[] {
  return items !== undefined && items.some(({ type }) => type !== 'text');
}

/** The parts after a change by the writer of this epoch. */
export function changed(parts: Parts | null, epoch: number, { from, items }: PartsChange): Parts | null {
  const kept = parts?.epoch === epoch ? parts.items.slice(0, from) : [];
  const all = [...kept, ...wellFormedParts(items)];
  return worthKeeping(all) ? { epoch, items: all } : null;
}

/** Their own, if they are: see `Parts`. */
export function validParts(parts: Parts | null, epoch: number): Parts | null {
  return parts?.epoch === epoch ? parts : null;
}

/** Their texts as every store gives them back. */
export function wellFormedParts(items: readonly StoredPart[]): StoredPart[] {
  return items.map((part) => (part.type === 'text' ? part : wellFormedFields(part)));
}

/** A text part with its text, any other as it is. */
export type WholePart = { type: 'text'; text: string } | Exclude<StoredPart, StoredTextPart>;

/** The parts of a message, of one without any its text alone. */
export function wholeParts({ text, parts }: { text: string; parts: Parts | null }): WholePart[] {
  if (!parts) return text === '' ? [] : [{ type: 'text', text }];
  let at = 0;
  return parts.items.map((part) => {
    if (part.type !== 'text') return part;
    const from = at;
    at += part.length;
    return { type: 'text', text: text.slice(from, at) };
  });
}
