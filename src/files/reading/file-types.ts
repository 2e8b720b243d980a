/** Pictures that are decoded and written anew. Of HEIC only what the library can; it becomes a JPEG. */
export const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/heic'] as const;

/** Documents that are read into text. `text/plain` is source code, too. */
export const DOCUMENT_TYPES = [
  'application/pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.oasis.opendocument.text',
  'application/epub+zip',
  'text/html',
  'text/markdown',
  'text/csv',
  'text/plain',
] as const;

export type ImageType = (typeof IMAGE_TYPES)[number];
export type DocumentType = (typeof DOCUMENT_TYPES)[number];
/** What a file may be, by its bytes. */
export type FileType = ImageType | DocumentType;

export function isImageType(type: FileType): type is ImageType {
  return (IMAGE_TYPES as readonly string[]).includes(type);
}
