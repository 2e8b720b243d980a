/** Also marks of no width, which come along from chats and web pages: joiners, directions, soft hyphens (Unicode's Cf). */
const EDGES = /^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu;

/** Line breaks, other controls, and blanks that look like none or like another. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

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
