import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { type ByteRange, type ContentForm, FileContents, type OpenContent } from '../content/file-contents.js';
import { ContentRecords, type StoredFile } from '../store/index.js';

/** One form of a file. */
export interface FileForm {
  form: ContentForm;
  mediaType: string;
  size: number;
  /** A picture that was decoded and written anew: it is nothing but pixels. */
  isWrittenAnew: boolean;
  /** Rejects with `file_unknown` where the file was deleted meanwhile. */
  open(range?: ByteRange): Promise<OpenContent>;
}

/** What there is of a file: as people get it, smaller, as a model is given it, as text. */
@Injectable()
export class FileForms {
  constructor(
    private readonly records: ContentRecords,
    private readonly contents: FileContents,
  ) {}

  /**
   * Null: there is no such form of it, or not yet. `shown` is what people get: of a document what came, also where it could
   * not be read.
   */
  async get(file: StoredFile, which: 'shown' | 'thumb' | 'model' | 'text'): Promise<FileForm | null> {
    const read = (await this.records.get(file.contentId))?.read;
    const found = read ? formOf(read, which, file.mediaType) : unreadForm(file, which);
    if (!found) return null;
    const address = { sha256: file.sha256, contentId: file.contentId, form: found.form };
    const size = await this.contents.size(address);
    if (size === null) return null;
    const open = async (range?: ByteRange): Promise<OpenContent> => {
      const opened = await this.contents.open(address, range);
      if (!opened) throw fileUnknown();
      return opened;
    };
    return { ...found, isWrittenAnew: !['upload', 'text'].includes(found.form), size, open };
  }

  /** The text of a document and where its pages begin; null: it has none. */
  async pageStarts(file: StoredFile): Promise<number[] | null> {
    return (await this.records.get(file.contentId))?.read?.pageStarts ?? null;
  }
}

export function fileUnknown(): AppError {
  return new AppError('file_unknown', 404, 'There is no such file.');
}

type Found = Pick<FileForm, 'form' | 'mediaType'>;

function formOf(
  read: { shown: 'upload' | 'original'; mediaType: string; thumb: string | null; model: string | null },
  which: 'shown' | 'thumb' | 'model' | 'text',
  mediaType: string,
): Found | null {
  if (which === 'text') return read.shown === 'upload' ? { form: 'text', mediaType: 'text/plain' } : null;
  if (which === 'shown') return { form: read.shown, mediaType: read.shown === 'upload' ? mediaType : read.mediaType };
  const small = read[which];
  return small === null ? null : { form: which, mediaType: small };
}

/** A picture as it came tells where it was taken, and may be made to harm: it is never given out. */
function unreadForm({ state, mediaType }: StoredFile, which: string): Found | null {
  if (which !== 'shown' || state === 'processing' || mediaType.startsWith('image/')) return null;
  return { form: 'upload', mediaType };
}
