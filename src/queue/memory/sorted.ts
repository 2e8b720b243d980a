/** A list that is kept in order. Finding is O(log n); putting in and taking out move memory, which is quick. */
export class Sorted<T> {
  private readonly items: T[] = [];

  /** `compare`: a total order; no two items are equal in it. */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  get length(): number {
    return this.items.length;
  }

  get first(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    this.items.splice(this.indexOf(item), 0, item);
  }

  /** The item must be in the list. */
  remove(item: T): void {
    this.items.splice(this.indexOf(item), 1);
  }

  /** Where the item stands, or would stand. */
  indexOf(item: T): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(this.items[middle], item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
