/** What was made of the texts that were looked at last; of all texts together so many characters are kept. */
export class Recent<T> {
  private readonly all = new Map<string, T>();
  private size = 0;

  constructor(private readonly most: number) {}

  get(text: string): T | undefined {
    const found = this.all.get(text);
    if (found !== undefined) {
      this.all.delete(text);
      this.all.set(text, found);
    }
    return found;
  }

  set(text: string, value: T): void {
    if (!this.all.delete(text)) this.size += text.length;
    this.all.set(text, value);
    for (const oldest of this.all.keys()) {
      if (this.size <= this.most) break;
      this.all.delete(oldest);
      this.size -= oldest.length;
    }
  }
}
