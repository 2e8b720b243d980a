import type { Path } from '../errors/dialect-error.js';
import type { FilePart, TextPart } from '../../models/index.js';
import { refused } from './fields.js';

/**
 * A picture or document at an address. Nobody here fetches it: it goes on as it is to an endpoint that says
 * `remoteMedia`, else it is refused by `path`.
 */
export interface RemotePart {
  type: 'remote';
  kind: 'image' | 'document';
  url: string;
  path: Path;
}

export type MediaPart = FilePart | TextPart | RemotePart;

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?((?:;[\w-]+=[^;,]*)*)(;base64)?,/i;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const EXTENSIONS: Record<string, string> = { 'image/jpeg': 'jpg', 'image/svg+xml': 'svg', 'application/pdf': 'pdf' };

/** The picture that a `data:` address holds, or one at an https address. */
export function imageAt(url: string, path: Path): FilePart | RemotePart {
  if (/^https:\/\//i.test(url)) return { type: 'remote', kind: 'image', url, path };
  const { mediaType, data } = fromDataUrl(url, path);
  return imageOf(mediaType, data, path);
}

export function imageOf(mediaType: string, data: Buffer, path: Path): FilePart {
  if (!mediaType.startsWith('image/')) throw refused(path, 'This is no picture.', 'invalid_value');
  return { type: 'file', filename: `image.${EXTENSIONS[mediaType] ?? mediaType.slice(6)}`, mediaType, data };
}

/** A PDF, or a text, which becomes one. Other files can't be translated. */
export function documentOf(mediaType: string, data: Buffer, filename: string | undefined, path: Path): MediaPart {
  if (mediaType === 'application/pdf') return { type: 'file', filename: filename ?? 'document.pdf', mediaType, data };
  if (mediaType.startsWith('image/')) return imageOf(mediaType, data, path);
  if (mediaType.startsWith('text/')) return titled(filename, data.toString('utf8'));
  throw refused(path, 'Of files only pictures, PDFs and texts are taken.', 'unsupported_value');
}

/** A document's text under its title. */
export function titled(title: string | null | undefined, text: string): TextPart {
  return { type: 'text', text: title ? `${title}\n\n${text}` : text };
}

export function fromDataUrl(url: string, path: Path): { mediaType: string; data: Buffer } {
  const [head, type = 'text/plain', , isBase64] = DATA_URL.exec(url) ?? [];
  if (head === undefined) throw refused(path, 'Only data: and https: addresses are taken.', 'invalid_value');
  const mediaType = type.toLowerCase();
  const rest = url.slice(head.length);
  return { mediaType, data: isBase64 ? fromBase64(rest, path) : fromPercent(rest, path) };
}

/** Strict: what Node leaves out of a broken text would be another file. */
export function fromBase64(text: string, path: Path): Buffer {
  if (text === '' || !BASE64.test(text)) throw refused(path, 'This is no base64.', 'invalid_value');
  return Buffer.from(text, 'base64');
}

function fromPercent(text: string, path: Path): Buffer {
  try {
    return Buffer.from(decodeURIComponent(text));
  } catch {
    throw refused(path, 'This address can not be read.', 'invalid_value');
  }
}

/** What a tool gave: nobody can put an address into that. */
export function inResult(part: MediaPart): TextPart | FilePart {
  if (part.type !== 'remote') return part;
  throw refused(part.path, 'Addresses are not fetched here. Send the file itself, as data.', 'unsupported_value');
}
