import { lazyPart } from '../ui/lazy-part.js';

/** A file, large. It comes when the first one is opened. */
export const FileDialog = lazyPart(() => import('./file-dialog.js').then((module) => module.FileDialog));
