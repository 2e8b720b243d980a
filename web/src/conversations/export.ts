import type { Conversation, FilePart, Message } from '../api/types.js';
import { filesOf } from '../chat/shown-parts.js';
import { contentOf, isPicture } from '../files/content.js';

/** Where a file stands beside the conversation that holds it. */
export const placeOf = ({ fileId, filename }: FilePart) => `files/${fileId.slice(-12)} ${cleaned(filename) || 'file'}`;

/** A conversation as Markdown: the branch that is shown. */
export function asMarkdown(
  { title }: Conversation,
  path: Message[],
  names: { user: string; assistant: string },
): string {
  const parts = path.map((message) => {
    const { role, model, text } = message;
    const heading = role === 'assistant' && model ? `${names.assistant} (${model})` : names[role];
    const files = filesOf(message).map(linkTo);
    return `## ${heading}\n\n${[...files, text.trim()].filter(Boolean).join('\n\n')}\n`;
  });
  return [`# ${title}\n`, ...parts].join('\n');
}

function linkTo(part: FilePart): string {
  const name = part.filename.replace(/[[\]\\]/g, '\\$&');
  return `${isPicture(part.mediaType) ? '!' : ''}[${name}](<${placeOf(part)}>)`;
}

/** A conversation as JSON: all branches, in the API's words. */
export function asJson(conversation: Conversation, messages: Iterable<Message>): string {
  const all = [...messages].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${JSON.stringify({ conversation, messages: all }, null, 2)}\n`;
}

/** A file's name that every system takes; `otherwise` where nothing of the title can be one. */
export function fileName(title: string, extension: string, otherwise: string): string {
  return `${[...cleaned(title)].slice(0, 80).join('').trim() || otherwise}.${extension}`;
}

function cleaned(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
}

/** A text and the files that it names, in one archive; where it names none, the text alone. */
export async function downloadWith(
  parts: readonly FilePart[],
  name: string,
  type: string,
  text: string,
): Promise<void> {
  if (parts.length === 0) return download(name, type, text);
  const { zip } = await import('../files/zip.js');
  const entries = [{ name, bytes: new TextEncoder().encode(text) }];
  const places = new Map(parts.map((part) => [placeOf(part), part.fileId]));
  for (const [place, id] of places) {
    const content = await contentOf(id, 'whole');
    entries.push({ name: place, bytes: new Uint8Array(await content.arrayBuffer()) });
  }
  saveBlob(name.replace(/\.\w+$/, '.zip'), zip(entries));
}

export function download(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
