/**
 * What presenting refresh token `token` means to a session whose highest presented one is `usedToken`, first presented
 * at `usedAt` (ms). The rules stand on SessionStore.
 */
export function judgeToken(
  token: number,
  session: { usedToken: number; usedAt: number },
  graceMs: number,
  now: number,
): 'first use' | 'again' | 'reused' {
  if (token === session.usedToken + 1) return 'first use';
  if (token === session.usedToken) return 'again';
  if (token === session.usedToken - 1 && now - session.usedAt < graceMs) return 'again';
  return 'reused';
}
