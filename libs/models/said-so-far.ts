/** So much of the beginning and of the end is compared: what came may have 4 million characters, and is not held for this. */
const COMPARED = 200;

/** What came of an answer, as far as is needed to tell whether a whole message repeats it. Blanks around it don't count. */
export class SaidSoFar {
  private length = 0;
  private head = '';
  private tail = '';

  add(text: string): void {
    const added = this.length === 0 ? text.trimStart() : text;
    this.length += added.length;
    if (this.head.length < COMPARED) this.head = (this.head + added).slice(0, COMPARED);
    this.tail = (this.tail + added).slice(-COMPARED);
  }

  /** What this text has beyond what came; undefined: it does not begin with that. */
  beyond(text: string): string | undefined {
    const whole = text.trimStart();
    const end = this.tail.trimEnd();
    const blanks = this.tail.slice(end.length);
    const length = this.length - blanks.length;
    const isRepeated = whole.startsWith(this.head.slice(0, length)) && whole.slice(0, length).endsWith(end);
    if (!isRepeated) return undefined;
    const rest = whole.slice(length);
    return rest.startsWith(blanks) ? rest.slice(blanks.length) : rest.trimStart();
  }

  /** What came ends with this text. */
  endsWith(text: string): boolean {
    const whole = text.trim();
    const end = this.tail.trimEnd();
    return whole.length <= this.length && (whole.length < end.length ? end.endsWith(whole) : whole.endsWith(end));
  }
}
