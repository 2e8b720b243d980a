/**
 * Text that every store gives back as it was put in: SQLite cuts a text at U+0000 when it is read, and UTF-8 knows no
 * half of a surrogate pair. Both become U+FFFD, in every store.
 */
export function wellFormed(text: string): string {
  const whole = (text as string & { toWellFormed(): string }).toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole;
}

/** The same for each text of an object, one level deep. */
export function wellFormedFields<T extends object>(values: T): T {
  const entries = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === 'string' ? wellFormed(value) : (value as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}
