import type { ElementContent } from 'hast';
import type { Definition } from 'mdast';
import { type Block, isSameAmong, parseBlock } from './block.js';
import { type Blocks, splitBlocks } from './blocks.js';
import { Drawings } from './drawings.js';
import { type Names, namesOf } from './names.js';
import { notePart, type Part, partsOf, plainPart } from './parts.js';
import { Notes } from './to-hast.js';

interface Parsed {
  /** Null: it can't be parsed. */
  block: Block | null;
  /** Its parts, and what they were made of. */
  shown?: { elements: ElementContent[]; parts: Part[] };
}

/** What is done next, or what there is so far. */
export type Step = { parsing: string } | { soFar(): Part[] };

/** To cut a text into blocks is a step of its own, and what is hopeless at it is not so as a block: no block begins like this. */
const WHOLE = '\0';

/** Of a text that the parser can't cut most is still shown as what it is. */
const atEmptyLines = (text: string) => text.split(/(?<=\n[ \t]*\n)(?=\S)/);

/** Of each name, the first definition counts. */
function firsts<T extends { identifier: string }>(all: T[]): Map<string, T> {
  const byName = new Map<string, T>();
  for (const one of all) if (!byName.has(one.identifier)) byName.set(one.identifier, one);
  return byName;
}

/** The text of one answer, which may grow: then only its end is parsed again. */
export class AnswerText {
  private blocks: Blocks | undefined;
  private parsed = new Map<string, Parsed>();
  private readonly drawings = new Drawings();

  /**
   * Parses it, a block a step. What begins like one of `hopeless` is left as it is. Ends with all parts; those so far may
   * come before that, without the footnotes.
   */
  *parse(text: string, hopeless: readonly string[] = []): Generator<Step, Part[]> {
    const source = text.replace(/^\uFEFF/, '');
    const { blocks } = yield* this.split(source, hopeless);
    const kept = this.parsed;
    this.parsed = new Map();
    // What is defined anywhere counts everywhere. Each definition has this in it.
    const defining: Parsed[] = [];
    for (const block of blocks) {
      if (block.includes(']:')) defining.push(yield* this.parseOne(block, null, kept, hopeless));
    }
    const definitions = firsts(defining.flatMap(({ block }) => block?.definitions ?? []));
    const footnotes = firsts(defining.flatMap(({ block }) => block?.footnotes ?? []));
    const names = namesOf(definitions.values(), footnotes.values());
    const all: Parsed[] = [];
    for (const block of blocks) {
      all.push(yield* this.parseOne(block, names, kept, hopeless));
      yield { soFar: () => this.show(all, blocks, definitions, new Notes()) };
    }
    const notes = new Notes();
    const parts = this.show(all, blocks, definitions, notes);
    return [...parts, ...this.showNotes(all, definitions, notes)];
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

  /** A block that was parsed before is so again only where other names are defined now that it asked for; `null`: whatever they are. */
  private *parseOne(
    source: string,
    names: Names | null,
    kept: Map<string, Parsed>,
    hopeless: readonly string[],
  ): Generator<Step, Parsed> {
    let parsed = this.parsed.get(source) ?? kept.get(source);
    if (!parsed || (names && parsed.block && !isSameAmong(names, parsed.block))) {
      yield { parsing: source };
      const isHopeless = hopeless.some((beginning) => source.startsWith(beginning));
      parsed = { block: isHopeless ? null : tryToParse(source, names ?? new Set()) };
    }
    this.parsed.set(source, parsed);
    return parsed;
  }

  private show(all: Parsed[], blocks: string[], definitions: Map<string, Definition>, notes: Notes): Part[] {
    return all.flatMap((parsed, at) => {
      const { block, shown } = parsed;
      if (!block) return [plainPart(blocks[at], at)];
      const elements = this.drawings.draw(block.nodes, definitions, notes);
      if (shown?.elements !== elements) parsed.shown = { elements, parts: partsOf(elements, 0) };
      return (parsed.shown?.parts ?? []).map((part) => ({ ...part, group: at }));
    });
  }

  /** The footnotes that are referred to. Their texts may refer to further ones. */
  private showNotes(all: Parsed[], definitions: Map<string, Definition>, notes: Notes): Part[] {
    const footnotes = firsts(all.flatMap(({ block }) => block?.footnotes ?? []));
    const shown: { identifier: string; elements: ElementContent[] }[] = [];
    for (const identifier of notes.identifiers()) {
      const note = footnotes.get(identifier);
      shown.push({ identifier, elements: note ? this.drawings.draw(note.children, definitions, notes) : [] });
    }
    return shown.map(({ identifier, elements }, at) =>
      notePart(all.length, elements, at + 1, notes.usesOf(identifier)),
    );
  }
}

function tryToParse(source: string, names: Names): Block | null {
  try {
    return parseBlock(source, names);
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
