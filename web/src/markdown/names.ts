import type { Definition, FootnoteDefinition } from 'mdast';
import type { Construct, Extension, ParseContext } from 'micromark-util-types';

/** The names that a text defines: of links as they are, of footnotes with the `^` before them. */
export type Names = ReadonlySet<string>;

export const namesOf = (definitions: Iterable<Definition>, footnotes: Iterable<FootnoteDefinition>): Names =>
  new Set([
    ...Array.from(definitions, ({ identifier }) => identifier),
    ...Array.from(footnotes, ({ identifier }) => `^${identifier}`),
  ]);

/** No name is longer, to the parser; but it asks for whatever stands in brackets. */
const LONGEST = 999;

/** One of the parser's two lists of what is defined. It grows by what the block itself defines. */
class Defined extends Array<string> {
  readonly asked = new Set<string>();

  constructor(
    private readonly names: Names,
    private readonly mark: string,
  ) {
    super();
  }

  override includes(name: string): boolean {
    if (name.length > LONGEST) return false;
    this.asked.add(name);
    return this.has(name);
  }

  has(name: string): boolean {
    return super.includes(name) || this.names.has(this.nameOf(name));
  }

  /** The parser's names are upper case, those of the tree lower case. */
  nameOf(name: string): string {
    return `${this.mark}${name.toLowerCase()}`;
  }
}

/** What is defined outside of a block, as its parser asks for it. */
export class Asked {
  private readonly links: Defined;
  private readonly footnotes: Defined;

  constructor(names: Names) {
    this.links = new Defined(names, '');
    this.footnotes = new Defined(names, '^');
  }

  handTo(parser: ParseContext): void {
    parser.defined = this.links;
    (parser as { gfmFootnotes?: string[] }).gfmFootnotes = this.footnotes;
  }

  /** At the end, when all that the block itself defines is known. */
  answers(): { found: string[]; missing: string[] } {
    const found: string[] = [];
    const missing: string[] = [];
    for (const list of [this.links, this.footnotes]) {
      for (const name of list.asked) (list.has(name) ? found : missing).push(list.nameOf(name));
    }
    return { found, missing };
  }
}

/** Hands them to the parser before it reads anything: at the beginning of each line. */
export function definedElsewhere(asked: Asked): Extension {
  const handOver: Construct = {
    tokenize(_effects, _ok, nok) {
      asked.handTo(this.parser);
      return nok;
    },
  };
  return { document: { null: handOver, 91: handOver } };
}
