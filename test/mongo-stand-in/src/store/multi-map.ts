/** Several values under a key. Most keys have one: that one is held without a set. */
export class MultiMap {
  private readonly map = new Map<string, string | Set<string>>();

  add(key: string, value: string): void {
    const held = this.map.get(key);
    if (held === undefined) this.map.set(key, value);
    else if (typeof held !== 'string') held.add(value);
    else if (held !== value) this.map.set(key, new Set([held, value]));
  }

  remove(key: string, value: string): void {
    const held = this.map.get(key);
    if (held === value) this.map.delete(key);
    else if (held instanceof Set) {
      held.delete(value);
      if (held.size === 0) this.map.delete(key);
    }
  }

  get(key: string): string[] {
    const held = this.map.get(key);
    return held === undefined ? [] : typeof held === 'string' ? [held] : [...held];
  }

  all(keys: string[]): string[] {
    return keys.length === 1 ? this.get(keys[0]) : [...new Set(keys.flatMap((key) => this.get(key)))];
  }
}
