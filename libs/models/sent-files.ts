import type { FilePart } from './model.js';

export const isPdf = ({ mediaType }: FilePart) => mediaType === 'application/pdf';

export const base64 = ({ data }: FilePart) => data.toString('base64');

export const dataUrl = (file: FilePart) => `data:${file.mediaType};base64,${base64(file)}`;
