import type { UnreadableReason } from '../refusals.js';

/** What is said of the file; whatever else is thrown while it is read means that it is damaged. */
export class Unreadable extends Error {
  constructor(readonly reason: UnreadableReason) {
    super(reason);
  }
}

/** Of a kind that the library was built without. */
export class Unsupported extends Error {}

/** A library can't be loaded: no file's fault. */
export class Broken extends Error {}

/** What `load` imports. */
export async function library<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw new Broken(String(error));
  }
}
