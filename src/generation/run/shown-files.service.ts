import { buffer } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import type { ModelInfo } from '../../../libs/models/index.js';
import type { Message, StoredFilePart, StoredSourcePart } from '../../chat/store/index.js';
import { type FileForm, FileForms, FileRows, type StoredFile } from '../../files/index.js';
import { BranchDocuments, type Cut, type Place } from './branch-documents.js';
import { ByteRoom } from './byte-room.js';
import { DocumentTexts } from './document-texts.js';
import { FilePlan, type Planned } from './file-plan.js';
import { LookedUpFiles } from './looked-up-files.js';
import { type ChosenPassage, type LongDocument, PassageChoices, stretchesOf } from './passage-choices.js';
import { asDocument, leftOut } from './shown-document.js';
import { BYTES_PER_TOKEN } from './usage.js';

/** Bytes of files that this process holds for calls of models; who comes later waits. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Of a text's byte in UTF-8, on the heap, at most. */
const HEAP_BYTES = 2;
/** Where nobody knows the model's window, tokens. */
const USUAL_WINDOW = 128_000;
/** What the documents of one question may take of the window; and further passages of theirs, for a later question. */
const DOCUMENT_SHARE = 0.5;
const LATER_SHARE = 0.125;
/** Providers count a page of a PDF, which they look at, about so; and take no longer ones. */
const TOKENS_A_PAGE = 2000;
const MOST_PAGES = 100;
const MOST_PDF_BYTES = 20_000_000;
/** A picture of the model's form, whose long side has at most 1,568 pixels. Anthropic: width × height / 750. */
const PICTURE_SIDE = 1568;
const PIXELS_A_TOKEN = 750;

/** What the steps of one plan share. */
interface Planning {
  plan: FilePlan;
  documents: BranchDocuments;
  files: LookedUpFiles;
  model: ModelInfo;
  signal: AbortSignal;
}

interface TooLong {
  file: StoredFilePart;
  document: LongDocument;
  tokens: number;
}

/** What models are shown of the files in a branch: pictures and PDFs where they take them, else text. */
@Injectable()
export class ShownFiles {
  private readonly room = new ByteRoom(MOST_BYTES);
  private readonly texts = new DocumentTexts();
  private readonly choices = new PassageChoices(this.texts);

  constructor(
    private readonly rows: FileRows,
    private readonly forms: FileForms,
  ) {}

  /**
   * For the files of a branch, oldest message first; undefined where it has none. A document is read once at most, and only
   * where passages are chosen from it that were not chosen before. Rejects with the signal's reason.
   */
  async plan(userId: string, branch: Message[], model: ModelInfo, signal: AbortSignal): Promise<FilePlan | undefined> {
    if (!branch.some((message) => filesOf(message).length > 0)) return undefined;
    const plan = new FilePlan(this.room);
    const documents = new BranchDocuments(plan);
    const files = new LookedUpFiles(userId, this.rows, this.forms);
    const planning = { plan, documents, files, model, signal };
    let newest: Place[] = [];
    for (const message of branch) {
      if (message.role !== 'user') continue;
      const tooLong = await this.showOwn(planning, message);
      const own = tooLong.map(({ document }) => document);
      newest = [
        ...documents.showMore(message, LATER_SHARE * windowOf(model), own),
        ...tooLong.map(({ file, document, tokens }) => documents.showOwn(message, file, document, tokens)),
      ];
    }
    const chosen = new Map<Place, ChosenPassage[]>();
    for (const cut of documents.all) await this.choose(planning, cut, chosen);
    plan.sources.push(
      ...newest.flatMap((place) => stretchesOf(chosen.get(place)!).map((stretch) => sourceOf(place.file, stretch))),
    );
    return plan;
  }

  /** The files of one question; gives back those that did not fit, and how much of each may be shown. */
  private async showOwn({ plan, files, model, signal }: Planning, message: Message): Promise<TooLong[]> {
    const tooLong: Array<Omit<TooLong, 'tokens'>> = [];
    let left = DOCUMENT_SHARE * windowOf(model);
    for (const part of filesOf(message)) {
      signal.throwIfAborted();
      const { fileId, filename } = part;
      const file = await files.file(fileId);
      const itself = file && (await asItself(files, file, part, { model, left }));
      if (itself) {
        plan.addFile(message.id, fileId, filename, itself.mediaType, itself.planned);
        if (!isPicture(part)) left -= itself.planned.tokens;
        continue;
      }
      const text = file && !isPicture(part) && (await files.form(file, 'text'));
      if (!text) {
        plan.addText(message.id, fileId, `[${isPicture(part) ? 'image' : 'file'}: ${filename}]`);
        continue;
      }
      const tokens = Math.ceil(text.size / BYTES_PER_TOKEN);
      if (tokens <= left) {
        const load = async (signal: AbortSignal) => asDocument(filename, await this.texts.whole(text, signal));
        plan.addText(message.id, fileId, plannedText(text.size, load));
        left -= tokens;
      } else {
        const pageStarts = async () => (await this.forms.pageStarts(file)) ?? [];
        tooLong.push({ file: part, document: { contentId: file.contentId, text, pageStarts } });
      }
    }
    return tooLong.map((found) => ({ ...found, tokens: left / tooLong.length }));
  }

  /** Fills the places that a document has in the plan. */
  private async choose(planning: Planning, { document, places }: Cut, chosen: Map<Place, ChosenPassage[]>) {
    planning.signal.throwIfAborted();
    const choices = await this.choices.choose(document, places, planning.signal);
    for (const [i, choice] of choices.entries()) {
      const { part, file, isOwn } = places[i];
      chosen.set(places[i], choice.passages);
      if (choice.passages.length === 0) {
        if (isOwn) planning.plan.fill(part, leftOut(file.filename));
        continue;
      }
      const load = async (signal: AbortSignal) =>
        asDocument(file.filename, await this.choices.cutOut(document, choice, signal), 'passages');
      planning.plan.fill(part, plannedText(choice.bytes, load));
    }
  }
}

/** As a picture or a PDF, where the model takes it; else undefined. `left`: tokens that PDFs may still take. */
async function asItself(
  files: LookedUpFiles,
  file: StoredFile,
  part: StoredFilePart,
  { model: { input = [] }, left }: { model: ModelInfo; left: number },
) {
  if (isPicture(part)) {
    const form = input.includes('image') && (await files.form(file, 'model'));
    return form ? planned(form, pictureTokens(part)) : undefined;
  }
  if (part.mediaType !== 'application/pdf' || !input.includes('pdf')) return undefined;
  const tokens = (file.pages ?? 1) * TOKENS_A_PAGE;
  if (tokens > left || (file.pages ?? 1) > MOST_PAGES || file.size > MOST_PDF_BYTES) return undefined;
  const form = await files.form(file, 'shown');
  return form ? planned(form, tokens) : undefined;
}

function planned(form: FileForm, tokens: number): { mediaType: string; planned: Planned<Buffer> } {
  const load = async () => buffer((await form.open()).bytes);
  return { mediaType: form.mediaType, planned: { tokens, bytes: form.size, load } };
}

function plannedText(size: number, load: Planned<string>['load']): Planned<string> {
  return { tokens: Math.ceil(size / BYTES_PER_TOKEN), bytes: size * HEAP_BYTES, load };
}

const isPicture = ({ mediaType }: StoredFilePart) => mediaType.startsWith('image/');
const windowOf = ({ contextTokens = USUAL_WINDOW }: ModelInfo) => contextTokens;
const filesOf = ({ parts }: Message) => (parts?.items ?? []).filter((part) => part.type === 'file');

/** Tokens of a picture in the size in which it goes out; unknown sizes count as the largest. */
function pictureTokens({ width = PICTURE_SIDE, height = PICTURE_SIDE }: StoredFilePart): number {
  const scale = Math.min(1, PICTURE_SIDE / Math.max(width, height));
  return Math.ceil((width * height * scale * scale) / PIXELS_A_TOKEN);
}

function sourceOf(part: StoredFilePart, stretch: ChosenPassage[]): StoredSourcePart {
  const [{ start, page }] = stretch;
  const { end } = stretch.at(-1)!;
  const { fileId, filename, mediaType } = part;
  return {
    ...{ type: 'source-document', sourceId: `${fileId}:${start}-${end}`, fileId, title: filename, filename, mediaType },
    ...(page !== undefined && { page }),
  };
}
