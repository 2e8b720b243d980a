import { randomUUID } from 'node:crypto';

/** Names for databases that nobody else uses. */
export class DatabaseNames {
  readonly given: string[] = [];

  next(): string {
    const name = `parley-test-${randomUUID()}`;
    this.given.push(name);
    return name;
  }
}
