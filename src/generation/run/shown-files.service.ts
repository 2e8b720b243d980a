import { buffer, text as textOf } from 'node:stream/consumers';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { FilePart, ModelInfo } from '../../../libs/models/index.js';
import { bestPassages, type Passage } from '../../../libs/text/index.js';
import type { Message, StoredFilePart, StoredSourcePart } from '../../chat/store/index.js';
import { type FileForm, FileForms, FileRows, type StoredFile } from '../../files/index.js';
import { ByteRoom } from './byte-room.js';
import { FilePlan } from './file-plan.js';
import { estimateTokens } from './usage.js';

/** Bytes of files that this process holds for calls of models; who comes later waits. */
const MOST_BYTES = 256 * 1024 * 1024;
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
const MOST_KEPT_CHOICES = 10_000;

/** A document that did not fit: more of it may be shown with a later question. */
interface Cut {
  part: StoredFilePart;
  file: StoredFile;
  text: string;
  pageStarts: number[];
  /** Beginnings of the passages that were shown. */
  shown: Set<number>;
}

/** What models are shown of the files in a branch: pictures and PDFs where they take them, else text. */
@Injectable()
export class ShownFiles {
  private readonly room = new ByteRoom(MOST_BYTES);
  /** Chosen once for a question, and the same at each later one. */
  private readonly choices = new LRUCache<string, Passage[]>({ max: MOST_KEPT_CHOICES });

  constructor(
    private readonly files: FileRows,
    private readonly forms: FileForms,
  ) {}

  /** For the files of a branch, oldest message first; undefined where it has none. */
  async plan(userId: string, branch: Message[], model: ModelInfo): Promise<FilePlan | undefined> {
    if (!branch.some(hasFiles)) return undefined;
    const plan = new FilePlan(this.room);
    const cuts: Cut[] = [];
    for (const message of branch) {
      if (message.role !== 'user') continue;
      plan.sources.length = 0;
      await this.showMore(plan, message, cuts, model);
      cuts.push(...(await this.showOwn(plan, userId, message, model)));
    }
    return plan;
  }

  /** The files of one question; gives back those that did not fit. */
  private async showOwn(plan: FilePlan, userId: string, message: Message, model: ModelInfo): Promise<Cut[]> {
    const tooLong: Cut[] = [];
    let left = DOCUMENT_SHARE * windowOf(model);
    for (const part of filesOf(message)) {
      const file = await this.files.get(userId, part.fileId);
      const whole = file && (await this.asItself(file, part, model, left));
      if (whole) {
        plan.addFile(message.id, part.fileId, whole.part, whole);
        if (!isPicture(part)) left -= whole.tokens;
        continue;
      }
      const text = file && !isPicture(part) && (await this.forms.get(file, 'text'));
      if (!text) {
        plan.addText(message.id, part.fileId, `[${isPicture(part) ? 'image' : 'file'}: ${part.filename}]`);
        continue;
      }
      const content = await read(text);
      const tokens = estimateTokens(content);
      if (tokens <= left) {
        plan.addText(message.id, part.fileId, asDocument(part.filename, content));
        left -= tokens;
      } else {
        tooLong.push({ part, file, text: content, pageStarts: await this.pagesOf(file), shown: new Set() });
      }
    }
    for (const cut of tooLong) await this.show(plan, message, cut, left / tooLong.length, cut.part.fileId);
    return tooLong;
  }

  /** More of the documents of earlier questions, for this one. */
  private async showMore(plan: FilePlan, message: Message, cuts: Cut[], model: ModelInfo): Promise<void> {
    const tokens = (LATER_SHARE * windowOf(model)) / Math.max(1, cuts.length);
    for (const cut of cuts) await this.show(plan, message, cut, tokens);
  }

  private async show(plan: FilePlan, message: Message, cut: Cut, tokens: number, inPlaceOf?: string): Promise<void> {
    const { part, file, text, pageStarts, shown } = cut;
    const maxLength = Math.floor((tokens * text.length) / estimateTokens(text));
    const key = `${file.contentId} ${message.id} ${maxLength} ${shown.size}`;
    const passages = this.choices.get(key) ?? (await bestPassages(text, message.text, { maxLength, without: shown }));
    this.choices.set(key, passages);
    if (passages.length === 0) return;
    for (const { start } of passages) shown.add(start);
    const pieces = passages.map(({ start, end }) => {
      const page = pageAt(pageStarts, start);
      return `${page === undefined ? '' : `[page ${page}] `}${text.slice(start, end).trim()}`;
    });
    plan.addText(message.id, inPlaceOf, asDocument(part.filename, pieces.join('\n[…]\n'), 'passages'));
    plan.sources.push(...passages.map((passage) => sourceOf(part, passage, pageAt(pageStarts, passage.start))));
  }

  /** As a picture or a PDF, where the model takes it; else undefined. `left`: tokens that PDFs may still take. */
  private async asItself(file: StoredFile, part: StoredFilePart, { input = [] }: ModelInfo, left: number) {
    if (isPicture(part)) {
      const form = input.includes('image') && (await this.forms.get(file, 'model'));
      return form ? planned(part, form, pictureTokens(part)) : undefined;
    }
    if (part.mediaType !== 'application/pdf' || !input.includes('pdf')) return undefined;
    const tokens = (file.pages ?? 1) * TOKENS_A_PAGE;
    if (tokens > left || (file.pages ?? 1) > MOST_PAGES || file.size > MOST_PDF_BYTES) return undefined;
    const form = await this.forms.get(file, 'shown');
    return form ? planned(part, form, tokens) : undefined;
  }

  private async pagesOf(file: StoredFile): Promise<number[]> {
    return (await this.forms.pageStarts(file)) ?? [];
  }
}

/** `load` gives the bytes. */
function planned(part: StoredFilePart, form: FileForm, tokens: number) {
  const load = async () => buffer((await form.open()).bytes);
  const { filename } = part;
  const shown: FilePart = { type: 'file', filename, mediaType: form.mediaType, data: Buffer.alloc(0) };
  return { part: shown, tokens, bytes: form.size, load };
}

const isPicture = ({ mediaType }: StoredFilePart) => mediaType.startsWith('image/');
const windowOf = ({ contextTokens = USUAL_WINDOW }: ModelInfo) => contextTokens;
const filesOf = ({ parts }: Message) => (parts?.items ?? []).filter((part) => part.type === 'file');
const hasFiles = (message: Message) => filesOf(message).length > 0;

async function read(form: FileForm): Promise<string> {
  return textOf((await form.open()).bytes);
}

/** In a form that can't be taken for the question's own words; the same bytes each time. */
function asDocument(name: string, content: string, note?: string): string {
  const label = note ? ` ${note}="true"` : '';
  return `<document name=${JSON.stringify(name)}${label}>\n${content}\n</document>`;
}

/** Tokens of a picture in the size in which it goes out; unknown sizes count as the largest. */
function pictureTokens({ width = PICTURE_SIDE, height = PICTURE_SIDE }: StoredFilePart): number {
  const scale = Math.min(1, PICTURE_SIDE / Math.max(width, height));
  return Math.ceil((width * height * scale * scale) / PIXELS_A_TOKEN);
}

/** From 1; undefined where the text has no pages. */
function pageAt(starts: number[], at: number): number | undefined {
  const before = starts.findLastIndex((start) => start <= at);
  return before < 0 ? undefined : before + 1;
}

function sourceOf(part: StoredFilePart, { start, end }: Passage, page?: number): StoredSourcePart {
  const { fileId, filename, mediaType } = part;
  return {
    ...{ type: 'source-document', sourceId: `${fileId}:${start}-${end}`, fileId, title: filename, filename, mediaType },
    ...(page !== undefined && { page }),
  };
}
