/** How often in a row a token may be presented by two. */
const MOST_SHARED = 3;

/** What a session remembers of its newest token. */
export interface Use {
  /** The highest token that was presented, and when first (ms). */
  usedToken: number;
  usedAt: number;
  /** `<token> <who>`: who presented it first. */
  usedBy: string;
  /** How often a token was presented by somebody else too, without a token between that was not. */
  shared: number;
  /** The newest such token. */
  sharedToken: number;
}

/** What a session made before these were noted has. */
export const UNUSED: Use = { usedToken: -1, usedAt: 0, usedBy: '', shared: 0, sharedToken: -1 };

/** Whether uses between this token and the newest known one were lost: it was given out for one of them. */
export function isAhead(token: number, { usedToken }: Pick<Use, 'usedToken'>): boolean {
  return token > usedToken + 1;
}

/** What is to be remembered when `who` presents token `token`, or why the session ends. The rules stand on SessionStore. */
export function present(token: number, who: string, use: Use, graceMs: number, now: number): Use | 'reused' | 'shared' {
  const { usedToken, usedAt, usedBy } = use;
  if (token > usedToken) {
    const shared = use.sharedToken === usedToken ? use.shared : 0;
    return { ...use, usedToken: token, usedAt: now, usedBy: `${token} ${who}`, shared };
  }
  const isGood = token === usedToken || (token === usedToken - 1 && now - usedAt < graceMs);
  if (!isGood) return 'reused';
  // An older build does not say who: then what is noted is of an older token.
  const isKnown = usedBy.startsWith(`${usedToken} `);
  if (!isKnown || usedBy === `${usedToken} ${who}`) return use;
  const shared = use.shared + 1;
  return shared >= MOST_SHARED ? 'shared' : { ...use, shared, sharedToken: usedToken };
}
