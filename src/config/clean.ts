/** Zero-width blanks and joiners, which come along from chats and web pages. `\s` has the byte order mark and U+00A0. */
const EDGE = '[\\s\\u200B-\\u200D\\u2060]+';
const EDGES = new RegExp(`^${EDGE}|${EDGE}$`, 'g');

/** Line breaks, other controls, and blanks that look like none or like another. */
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001F\u007F\u00A0\u200B-\u200D\u2060\uFEFF]/;

/** Without what nobody sees at either end: a Kubernetes secret ends in a line break, a file of Windows in `\r`. */
export function trimmed(text: string): string {
  return text.replace(EDGES, '');
}

/** Also without the quotes around it: `docker --env-file` and systemd's `Environment=` can hand them on. */
export function unquoted(text: string): string {
  const [, , inside] = /^(["'])(.*)\1$/s.exec(trimmed(text)) ?? [];
  return inside === undefined ? trimmed(text) : trimmed(inside);
}

/** Whether there is something within that can't be seen, so that nobody would find out why the value does not work. */
export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text);
}

export const UNSEEN_MESSAGE = 'holds a line break, or a blank that can not be seen: type it anew';
