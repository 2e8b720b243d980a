const MARK = 'key:';

/** What a request with this key lives by, in the place of a session. */
export function lifeOf(keyId: string): string {
  return MARK + keyId;
}

/** The key that something lives by; undefined: it lives by a session. */
export function keyOfLife(life: string): string | undefined {
  return life.startsWith(MARK) ? life.slice(MARK.length) : undefined;
}
