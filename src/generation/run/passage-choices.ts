import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Passage, PassageIndex } from '../../../libs/text/index.js';
import type { FileForm } from '../../files/index.js';
import { copied, type DocumentTexts } from './document-texts.js';
import { BYTES_PER_TOKEN } from './usage.js';

/** Passages of all choices that are kept, and UTF-16 units of what was cut out for them. */
const MOST_KEPT_PASSAGES = 200_000;
const MOST_KEPT_LENGTH = 8_000_000;
/** Questions for which a text is gone through in one go. */
const QUESTIONS_AT_ONCE = 8;

/** A passage that was chosen; `page` from 1, undefined where the text has none. */
export interface ChosenPassage extends Passage {
  page?: number;
}

/** What was chosen of a document for one question. */
export interface Choice {
  key: string;
  passages: ChosenPassage[];
  /** Of what is shown of it, UTF-8. */
  bytes: number;
}

/** A document whose text is too long to be shown whole. */
export interface LongDocument {
  contentId: string;
  text: FileForm;
  pageStarts(): Promise<number[]>;
}

/** A question that is shown passages of a document. */
export interface Asking {
  messageId: string;
  question: string;
  tokens: number;
  /** It brings the document; a later one is shown what was not shown before. */
  isOwn: boolean;
}

/** What was shown of a document up to a question, and a name for how that came about. */
class Trail {
  readonly shown = new Set<number>();
  private name = '';

  constructor(private readonly contentId: string) {}

  keyOf({ messageId, tokens, isOwn }: Asking): string {
    return digest(`${this.contentId} ${messageId} ${tokens} ${isOwn ? '' : this.name}`);
  }

  add({ key, passages }: Choice): void {
    for (const { start } of passages) this.shown.add(start);
    this.name = digest(`${this.name} ${key}`);
  }
}

/** Chooses passages once for a question, the same at each later one, and cuts them out. Memory is bounded. */
export class PassageChoices {
  private readonly choices = new LRUCache<string, Choice>({
    maxSize: MOST_KEPT_PASSAGES,
    sizeCalculation: ({ passages }) => passages.length + 1,
  });
  private readonly cutOuts = new LRUCache<string, string>({
    maxSize: MOST_KEPT_LENGTH,
    sizeCalculation: (text) => text.length + 1,
  });

  constructor(private readonly texts: DocumentTexts) {}

  /**
   * For each question that is shown something of a document, oldest first. The text is read where one of them is new here,
   * and let go. Rejects with the signal's reason.
   */
  async choose(document: LongDocument, askings: readonly Asking[], signal: AbortSignal): Promise<Choice[]> {
    const known = this.known(document, askings);
    if (known) return known;
    return this.texts.within(document.text, signal, async (read) => {
      // Another answer may have chosen the same while this one waited.
      return this.known(document, askings) ?? this.search(document, await read(), askings, signal);
    });
  }

  /** What a choice shows. Reads the text again where it is not kept. */
  async cutOut(document: LongDocument, choice: Choice, signal: AbortSignal): Promise<string> {
    const kept = this.cutOuts.get(choice.key);
    if (kept !== undefined) return kept;
    return this.texts.within(document.text, signal, async (read) => this.cut(await read(), choice));
  }

  private known({ contentId }: LongDocument, askings: readonly Asking[]): Choice[] | undefined {
    const trail = new Trail(contentId);
    const known: Choice[] = [];
    for (const asking of askings) {
      const choice = this.choices.get(trail.keyOf(asking));
      if (!choice) return undefined;
      trail.add(choice);
      known.push(choice);
    }
    return known;
  }

  private async search(document: LongDocument, text: string, askings: readonly Asking[], signal: AbortSignal) {
    const pageStarts = await document.pageStarts();
    const trail = new Trail(document.contentId);
    const chosen: Choice[] = [];
    let index: PassageIndex | undefined;
    let from = 0;
    for (const [i, asking] of askings.entries()) {
      const key = trail.keyOf(asking);
      let choice = this.choices.get(key);
      if (!choice) {
        if (!index || i >= from + QUESTIONS_AT_ONCE) {
          const questions = askings.slice(i, i + QUESTIONS_AT_ONCE).map(({ question }) => question);
          [index, from] = [await PassageIndex.of(text, questions, signal), i];
        }
        const maxLength = Math.floor((asking.tokens * BYTES_PER_TOKEN * text.length) / document.text.size);
        const without = asking.isOwn ? undefined : trail.shown;
        const passages = (await index.best(i - from, { maxLength, without })).map((passage) => ({
          ...passage,
          page: pageAt(pageStarts, passage.start),
        }));
        choice = { key, passages, bytes: 0 };
        choice.bytes = Buffer.byteLength(this.cut(text, choice));
        this.choices.set(key, choice);
      }
      trail.add(choice);
      chosen.push(choice);
    }
    return chosen;
  }

  private cut(text: string, { key, passages }: Choice): string {
    const pieces = stretchesOf(passages).map((stretch) => pieceOf(text, stretch));
    const shown = copied(pieces.join('\n[…]\n'));
    this.cutOuts.set(key, shown);
    return shown;
  }
}

/** Passages that follow one another in the text, together; in its order. */
export function stretchesOf(passages: readonly ChosenPassage[]): ChosenPassage[][] {
  const stretches: ChosenPassage[][] = [];
  for (const passage of passages) {
    const last = stretches.at(-1);
    if (last?.at(-1)?.end === passage.start) last.push(passage);
    else stretches.push([passage]);
  }
  return stretches;
}

/** With the page where it begins and each further one. */
function pieceOf(text: string, stretch: ChosenPassage[]): string {
  const said = stretch.map(({ start, end, page }, i) => {
    const isNew = page !== undefined && page !== stretch[i - 1]?.page;
    return `${isNew ? `[page ${page}] ` : ''}${text.slice(start, end)}`;
  });
  return said.join('').trim();
}

/** From 1; undefined where the text has no pages. */
function pageAt(starts: number[], at: number): number | undefined {
  const before = starts.findLastIndex((start) => start <= at);
  return before < 0 ? undefined : before + 1;
}

const digest = (name: string) => createHash('sha256').update(name).digest('base64url');
