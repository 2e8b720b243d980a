import { viewOf } from '../../../libs/fields/index.js';
import type { File as FileView } from '../../contract/files.js';
import { type File, FILE_FIELDS } from '../store/index.js';

export type { FileView };

const view = viewOf(FILE_FIELDS);

/** A file as clients see it: without what it does not have. */
export function fileView(file: File): FileView {
  const fields = Object.entries(view(file)).filter(([, value]) => value !== null);
  return Object.fromEntries(fields) as unknown as FileView;
}
