import type { Definition, FootnoteDefinition } from 'mdast';
import { asKnown, type Block, parseBlock } from './block.js';
import { type Blocks, splitBlocks } from './blocks.js';
import { notePart, type Part, partsOf, plainPart } from './parts.js';
import { elementsOf, Notes } from './to-hast.js';

interface Parsed {
  /** Null: it can't be parsed. */
  block: Block | null;
  /** Kept where nothing outside of the block has a say in them. */
  parts?: Part[];
}

/** What is done next, or what there is so far. */
export type Step = { parsing: string } | { soFar(): Part[] };

/** To cut a text into blocks is a step of its own, and what is hopeless at it is not so as a block: no block begins like this. */
const WHOLE = '\0';

/** Of a text that the parser can't cut most is still shown as what it is. */
const atEmptyLines = (text: string) => text.split(/(?<=\n[ \t]*\n)(?=\S)/);

/** Of each name, the first definition counts. */
function firsts<T extends { identifier: string }>(all: T[]): T[] {
  const byName = new Map<string, T>();
  for (const one of all) if (!byName.has(one.identifier)) byName.set(one.identifier, one);
  return [...byName.values()];
}

/** The text of one answer, which may grow: then only its end is parsed again. */
export class AnswerText {
  private blocks: Blocks | undefined;
  private parsed = new Map<string, Parsed>();

  /**
   * Parses it, a block a step. What begins like one of `hopeless` is left as it is. Ends with all parts; those so far may
   * come before that, where nothing further down can change them.
   */
  *parse(text: string, hopeless: readonly string[] = []): Generator<Step, Part[]> {
    const source = text.replace(/^\uFEFF/, '');
    const { blocks } = yield* this.split(source, hopeless);
    const kept = this.parsed;
    this.parsed = new Map();
    const parseAll = function* (this: AnswerText, known: string): Generator<Step, Parsed[]> {
      const all: Parsed[] = [];
      for (const block of blocks) {
        all.push(yield* this.parseOne(block, block.includes('[') ? known : '', kept, hopeless));
        // Each definition has this in it.
        if (!source.includes(']:')) yield { soFar: () => this.show(all, [], [], blocks) };
      }
      return all;
    }.bind(this);
    let all = yield* parseAll('');
    const definitions = firsts(all.flatMap(({ block }) => block?.definitions ?? []));
    const footnotes = firsts(all.flatMap(({ block }) => block?.footnotes ?? []));
    const known = asKnown(definitions, footnotes);
    if (known) all = yield* parseAll(known);
    return this.show(all, definitions, firsts(all.flatMap(({ block }) => block?.footnotes ?? [])), blocks);
  }

  private *split(text: string, hopeless: readonly string[]): Generator<Step, Blocks> {
    const whole = `${WHOLE}${text}`;
    if (hopeless.some((beginning) => whole.startsWith(beginning))) return { text, blocks: atEmptyLines(text) };
    yield { parsing: whole };
    try {
      this.blocks = splitBlocks(text, this.blocks);
      return this.blocks;
    } catch {
      // Nested too deeply somewhere.
      return { text, blocks: atEmptyLines(text) };
    }
  }

  private *parseOne(
    source: string,
    known: string,
    kept: Map<string, Parsed>,
    hopeless: readonly string[],
  ): Generator<Step, Parsed> {
    const key = `${known}\0${source}`;
    let parsed = this.parsed.get(key) ?? kept.get(key);
    if (!parsed) {
      yield { parsing: source };
      parsed = { block: hopeless.some((beginning) => source.startsWith(beginning)) ? null : tryToParse(source, known) };
    }
    this.parsed.set(key, parsed);
    return parsed;
  }

  private show(all: Parsed[], definitions: Definition[], footnotes: FootnoteDefinition[], blocks: string[]): Part[] {
    const notes = new Notes();
    const parts = all.flatMap((parsed, at) => {
      const { block } = parsed;
      if (!block) return [plainPart(blocks[at], at)];
      if (block.refers) return partsOf(elementsOf(block.nodes, definitions, notes), at);
      parsed.parts ??= partsOf(elementsOf(block.nodes, [], notes), 0);
      return parsed.parts.map((part) => ({ ...part, group: at }));
    });
    // Footnotes may refer to further ones.
    const shown = [];
    for (let at = 0; at < notes.order.length; at++) {
      const note = footnotes.find(({ identifier }) => identifier === notes.order[at]);
      shown.push({ identifier: notes.order[at], nodes: note ? elementsOf(note.children, definitions, notes) : [] });
    }
    return [
      ...parts,
      ...shown.map(({ identifier, nodes }, at) => notePart(all.length, nodes, at + 1, notes.usesOf(identifier))),
    ];
  }
}

function tryToParse(source: string, known: string): Block | null {
  try {
    return parseBlock(source, known);
  } catch {
    // Nested too deeply for the parser.
    return null;
  }
}

/** All in one go. */
export function parseNow(text: string, answer = new AnswerText()): Part[] {
  const steps = answer.parse(text);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
