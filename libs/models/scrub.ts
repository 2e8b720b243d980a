const MAX_CHARS = 300;

/** Credentials in an address; what looks like a key, whole or with stars in it; a token in a header. */
const SECRETS: Array<[RegExp, string]> = [
  [/\/\/[^\s/@]*@/g, '//'],
  [/\b(bearer|basic)\s+\S+/gi, '$1 …'],
  [/\b(?:sk|pk|rk|gsk|xai|hf|nvapi|pplx|r8|AIza)[-_]?[\w*.-]{8,}/g, '…'],
  [/\b(api[-_ ]?key|token|secret|password)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, '$1$2…'],
];

/** A provider's words as people may see them: one line, no secret (`secrets` are those known), 300 characters at most. */
export function scrub(text: string, secrets: string[]): string {
  let clean = text
    .slice(0, 10 * MAX_CHARS)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  for (const secret of secrets) if (secret.length > 3) clean = clean.replaceAll(secret, '…');
  for (const [pattern, instead] of SECRETS) clean = clean.replace(pattern, instead);
  return clean.length > MAX_CHARS ? `${clean.slice(0, MAX_CHARS).replace(/[\uD800-\uDBFF]$/, '')}…` : clean;
}
