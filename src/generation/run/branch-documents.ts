import type { TextPart } from '../../../libs/models/index.js';
import type { Message, StoredFilePart } from '../../chat/store/index.js';
import type { FilePlan } from './file-plan.js';
import type { Asking, LongDocument } from './passage-choices.js';

/** Of these a later question is shown more: the newest ones, and only the first may have more bytes of text. */
const MOST_SEARCHED = 10;
const MOST_SEARCHED_BYTES = 8_000_000;

/** A place in the plan for passages of a document. */
export interface Place extends Asking {
  part: TextPart;
  file: StoredFilePart;
}

/** A document that did not fit into the question that brought it. `file`: as it was brought last. */
export interface Cut {
  document: LongDocument;
  file: StoredFilePart;
  places: Place[];
}

/** Documents that did not fit, and where passages of them are to stand. What each place gets follows from sizes alone. */
export class BranchDocuments {
  /** By their contents' ids, the one that was brought last at the end. */
  private readonly cuts = new Map<string, Cut>();

  constructor(private readonly plan: FilePlan) {}

  /** Oldest first. */
  get all(): Cut[] {
    return [...this.cuts.values()];
  }

  /** More of the documents of earlier questions, for this one; not of those that it brings itself. */
  showMore(message: Message, tokens: number, own: readonly LongDocument[]): Place[] {
    const brought = new Set(own.map(({ contentId }) => contentId));
    const earlier = this.all.filter(({ document }) => !brought.has(document.contentId));
    const searched = newest(earlier);
    const left = earlier.length - searched.length;
    if (left > 0)
      this.plan.addText(message.id, undefined, `[earlier documents not searched for this question: ${left}]`);
    return searched.map((cut) =>
      this.place(cut, message, { file: cut.file, tokens: Math.floor(tokens / searched.length), isOwn: false }),
    );
  }

  /** A document that this question brings. */
  showOwn(message: Message, file: StoredFilePart, document: LongDocument, tokens: number): Place {
    const { contentId } = document;
    const places = this.cuts.get(contentId)?.places ?? [];
    const cut = { document, file, places };
    this.cuts.delete(contentId);
    this.cuts.set(contentId, cut);
    return this.place(cut, message, { file, tokens: Math.floor(tokens), isOwn: true });
  }

  private place(cut: Cut, message: Message, how: Pick<Place, 'file' | 'tokens' | 'isOwn'>): Place {
    const part = this.plan.addText(message.id, how.isOwn ? how.file.fileId : undefined, '');
    const place = { ...how, part, messageId: message.id, question: message.text };
    cut.places.push(place);
    return place;
  }
}

function newest(cuts: Cut[]): Cut[] {
  let bytes = 0;
  const from = cuts.findLastIndex(({ document }, i) => {
    bytes += document.text.size;
    const count = cuts.length - i;
    return count > MOST_SEARCHED || (count > 1 && bytes > MOST_SEARCHED_BYTES);
  });
  return cuts.slice(from + 1);
}
