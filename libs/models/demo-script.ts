/** A text as tokens: a word with the white space before it. After the last token it begins again, as a new paragraph. */
export class DemoScript {
  private readonly text: string;
  /** Where each token ends. */
  private readonly ends: number[] = [];

  /** An empty text becomes one token. */
  constructor(text: string) {
    this.text = text.trim() || '…';
    for (const { 0: token, index } of this.text.matchAll(/\s*\S+/g)) this.ends.push(index + token.length);
  }

  get length(): number {
    return this.ends.length;
  }

  /** The tokens from `from` up to `to`, counted through all repetitions. */
  slice(from: number, to: number): string {
    let said = '';
    for (let at = from; at < to;) {
      const first = at % this.length;
      const last = Math.min(this.length, first + to - at);
      if (first === 0 && at > 0) said += '\n\n';
      said += this.text.slice(first === 0 ? 0 : this.ends[first - 1], this.ends[last - 1]);
      at += last - first;
    }
    return said;
  }
}
