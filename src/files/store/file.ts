import type { ErrorParams } from '../../../libs/errors/index.js';
import { absentValues, type Fields } from '../../../libs/fields/index.js';

/** `processing`: it has not been read yet. `failed`: it can't be. */
export type FileState = 'processing' | 'ready' | 'failed';

type FailureOf<C extends 'file_unreadable' | 'file_type_unsupported'> = C extends unknown
  ? { code: C; title: string; params?: ErrorParams<C> }
  : never;

/** Why a file is `failed`. */
export type FileFailure = FailureOf<'file_unreadable' | 'file_type_unsupported'>;

/** One upload of one person. Several of them may have the same content. */
export interface File {
  id: string;
  userId: string;
  /** For people to see; never a path. */
  filename: string;
  /** By its bytes; of a picture that was written anew, what it is now. */
  mediaType: string;
  /** Bytes of what people get. */
  size: number;
  /** In pixels; null: it is no picture, or was not read yet. So `pages` of a document. */
  width: number | null;
  height: number | null;
  pages: number | null;
  state: FileState;
  error: FileFailure | null;
  createdAt: Date;
}

/** A file as a store keeps it. */
export interface StoredFile extends File {
  /** Of the bytes that came. */
  sha256: string;
  /** Under which they are kept: see `ContentRecord`. */
  contentId: string;
  /** What holds it, such as `message:<conversationId>:<messageId>`. Without one it goes. */
  holders: string[];
  /** When it is looked at whether its holders are there, ms by the store's clock; null: they are. */
  checkAt: number | null;
  /** Nobody sees it any more; what it has is being removed. */
  deleting: boolean;
  /** Random id of who reads it; null: nobody does. */
  reader: string | null;
  /** When its reader was heard of last, ms by the store's clock. */
  touchedAt: number;
  /** Readers that it has cost. */
  kills: number;
}

/** What is known of each field of a file. Columns, rows, documents and what clients see come from here. */
export const FILE_FIELDS = {
  id: { kind: 'text', view: true, fixed: true },
  userId: { kind: 'text', fixed: true },
  filename: { kind: 'text', view: true, fixed: true },
  mediaType: { kind: 'text', view: true },
  size: { kind: 'number', view: true },
  width: { kind: 'number', view: true },
  height: { kind: 'number', view: true },
  pages: { kind: 'number', view: true },
  state: { kind: 'text', view: true },
  error: { kind: 'json', view: true },
  createdAt: { kind: 'time', view: true, fixed: true },
} as const satisfies Fields<File>;

/** And what it is kept by. */
export const STORED_FILE_FIELDS = {
  ...FILE_FIELDS,
  sha256: { kind: 'text', fixed: true },
  contentId: { kind: 'text', fixed: true },
  holders: { kind: 'json' },
  checkAt: { kind: 'stamp' },
  deleting: { kind: 'boolean' },
  reader: { kind: 'text' },
  touchedAt: { kind: 'stamp' },
  kills: { kind: 'number' },
} as const satisfies Fields<StoredFile>;

/** What every new file has. */
export const NEW_FILE = {
  ...absentValues(STORED_FILE_FIELDS),
  ...{ width: null, height: null, pages: null, error: null },
  ...{ holders: [] as string[], checkAt: null, deleting: false, reader: null, kills: 0 },
} as const;

/** What reading has made of a content: the same for every file that has it. */
export interface ContentRead {
  /** `upload`: the bytes that came are what people get. `original`: a picture that was written anew. */
  shown: 'upload' | 'original';
  mediaType: string;
  size: number;
  width: number | null;
  height: number | null;
  pages: number | null;
  /** Media types of the pictures that were made of it. */
  thumb: string | null;
  model: string | null;
  /** Of a document's text: whether it was cut, and where its pages begin, in UTF-16 units. */
  truncated: boolean;
  pageStarts: number[] | null;
}

/**
 * Bytes that are kept, once for all files that have them. Of one sha256 at most one is not `deleting`: what comes while
 * another is on its way out is kept under an id of its own, so that nothing that was meant for the other one reaches it.
 */
export interface ContentRecord {
  id: string;
  sha256: string;
  /** No file gets it any more; its bytes are being removed. */
  deleting: boolean;
  /** When it is looked at whether a file still has it, ms by the store's clock; null: one does. */
  dueAt: number | null;
  /** Null: it was not read yet. */
  read: ContentRead | null;
}

export const CONTENT_FIELDS = {
  id: { kind: 'text', fixed: true },
  sha256: { kind: 'text', fixed: true },
  deleting: { kind: 'boolean' },
  dueAt: { kind: 'stamp' },
  read: { kind: 'json' },
} as const satisfies Fields<ContentRecord>;

/** What reading says of a file. The kind of a text goes by the name of the file, and the same bytes may have several. */
export function readFields(read: ContentRead): Partial<Pick<File, 'mediaType'>> & Omit<ReadFields, 'mediaType'> {
  const { shown, mediaType, size, width, height, pages } = read;
  return { ...(shown === 'original' && { mediaType }), size, width, height, pages };
}

type ReadFields = Pick<File, 'mediaType' | 'size' | 'width' | 'height' | 'pages'>;
