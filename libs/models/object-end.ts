const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);

/** Tells where a JSON object that comes in pieces has ended, without holding it. */
export class ObjectEnd {
  /** It was an object, and all of it is here. */
  isWhole = false;
  private depth = 0;
  private isText = false;
  private isEscaped = false;
  /** It begins as an object does. */
  private isObject: boolean | undefined;

  take(piece: string): void {
    this.isObject ??= piece.trim() === '' ? undefined : piece.trimStart().startsWith('{');
    if (!this.isObject || this.isWhole) return;
    for (let i = 0; i < piece.length && !this.isWhole; i++) this.character(piece.charCodeAt(i));
  }

  private character(code: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (this.isText) {
      if (code === BACKSLASH) this.isEscaped = true;
      else this.isText = code !== QUOTE;
    } else if (code === QUOTE) this.isText = true;
    else if (OPEN.has(code)) this.depth++;
    else if (CLOSE.has(code)) this.isWhole = --this.depth === 0;
  }
}
