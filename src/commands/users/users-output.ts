import type { Session } from '../../auth/sessions/session-store.js';
import type { User } from '../../auth/users/user-store.js';

/** Rows in columns, as wide as their widest cell. */
export function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('  ')
      .trimEnd(),
  );
}

export function userLines(users: User[]): string[] {
  return columns([
    ['E-MAIL', 'NAME', 'ROLE', 'STATE', 'SINCE'],
    ...users.map((user) => [user.email, user.name, user.role, stateOf(user), user.createdAt.toISOString()]),
  ]);
}

export function sessionLines(sessions: Session[]): string[] {
  return columns([
    ['SINCE', 'LAST USED', 'ADDRESS', 'CLIENT'],
    ...sessions.map((session) => [
      session.createdAt.toISOString(),
      session.lastUsedAt.toISOString(),
      session.address,
      printable(session.userAgent),
    ]),
  ]);
}

function stateOf(user: User): string {
  if (user.deleting) return 'being deleted';
  return user.disabled ? 'disabled' : 'active';
}

/** A client names itself: nothing of it may steer the operator's terminal. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?');
}
