import type { Conversation, Message } from '../api/types.js';

/** A conversation as Markdown: the branch that is shown. */
export function asMarkdown(
  { title }: Conversation,
  path: Message[],
  names: { user: string; assistant: string },
): string {
  const parts = path.map(({ role, model, text }) => {
    const heading = role === 'assistant' && model ? `${names.assistant} (${model})` : names[role];
    return `## ${heading}\n\n${text.trim()}\n`;
  });
  return [`# ${title}\n`, ...parts].join('\n');
}

/** A conversation as JSON: all branches, in the API's words. */
export function asJson(conversation: Conversation, messages: Iterable<Message>): string {
  const all = [...messages].sort((a, b) => (a.id < b.id ? -1 : 1));
  return `${JSON.stringify({ conversation, messages: all }, null, 2)}\n`;
}

/** A file's name that every system takes; `otherwise` where nothing of the title can be one. */
export function fileName(title: string, extension: string, otherwise: string): string {
  const name = title
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  return `${[...name].slice(0, 80).join('').trim() || otherwise}.${extension}`;
}

export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
