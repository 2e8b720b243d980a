import { ServerError } from '../errors.js';
import { isDoc } from '../values/documents.js';
import { keyOf } from '../values/keys.js';
import type { Doc } from '../wire/bson.js';

const MOST_PADDING = 1_500_000;

/** One field of a document that is being changed, or one element of an array in it. */
export class Slot {
  private constructor(
    readonly path: string,
    private readonly root: Doc,
    private readonly parts: string[],
  ) {}

  static at(root: Doc, path: string): Slot {
    const parts = path.split('.');
    if (parts.some((part) => part === '')) {
      throw new ServerError('BadValue', `The update path '${path}' contains an empty field name`);
    }
    return new Slot(path, root, parts);
  }

  get value(): unknown {
    return this.parts.reduce<any>(
      (at, part) => (isDoc(at) || Array.isArray(at) ? (at as Doc)[part] : undefined),
      this.root,
    );
  }

  /** Makes what is missing on the way. */
  set(value: unknown): void {
    let parent: any = this.root;
    for (const part of this.parts.slice(0, -1)) {
      this.prepare(parent, part);
      parent[part] ??= {};
      parent = parent[part];
    }
    const last = this.parts.at(-1)!;
    this.prepare(parent, last);
    parent[last] = value;
  }

  /** An array keeps its length: the element becomes null. */
  unset(): void {
    const parent: any = this.parts.slice(0, -1).reduce<any>((at, part) => at?.[part], this.root);
    const last = this.parts.at(-1)!;
    if (Array.isArray(parent)) {
      if (Number(last) in parent) parent[Number(last)] = null;
    } else if (isDoc(parent)) delete parent[last];
  }

  /** An error of the server's kind about the type of what stands here. */
  wrongType(code: 'BadValue' | 'TypeMismatch', words: string): ServerError {
    return new ServerError(code, `${words}: field '${this.path}' in document {_id: ${keyOf(this.root._id)}}`);
  }

  private prepare(parent: unknown, part: string): void {
    if (Array.isArray(parent)) return this.prepareElement(parent, part);
    if (isDoc(parent) && parent[part] !== null) return;
    if (isDoc(parent) && part === this.parts.at(-1)) return;
    throw this.notViable(part);
  }

  private prepareElement(array: unknown[], part: string): void {
    const index = /^\d+$/.test(part) ? Number(part) : NaN;
    if (!(index <= array.length + MOST_PADDING)) throw this.notViable(part);
    while (array.length < index) array.push(null);
  }

  private notViable(part: string): ServerError {
    return new ServerError('PathNotViable', `Cannot create field '${part}' in element at '${this.path}'`);
  }
}
