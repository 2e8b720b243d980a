import type { ElementContent } from 'hast';
import type { Definition, Nodes, RootContent } from 'mdast';
import { elementsOf, type Notes } from './to-hast.js';

interface Drawing {
  /** What the nodes refer to, in order: by name, and by footnote. */
  links: string[];
  marks: string[];
  /** Where all of that was when they were drawn. */
  state: string;
  elements: ElementContent[];
}

function note(node: Nodes, drawing: Drawing): void {
  if (node.type === 'linkReference' || node.type === 'imageReference') drawing.links.push(node.identifier);
  if (node.type === 'footnoteReference') drawing.marks.push(node.identifier);
  // What a footnote refers to counts where the footnote stands: at the end.
  if ('children' in node && node.type !== 'footnoteDefinition') for (const child of node.children) note(child, drawing);
}

function read(nodes: RootContent[]): Drawing {
  const drawing: Drawing = { links: [], marks: [], state: '', elements: [] };
  for (const node of nodes) note(node, drawing);
  return drawing;
}

/** Nodes as elements. They are drawn again only where what they refer to has changed. */
export class Drawings {
  private readonly all = new WeakMap<RootContent[], Drawing>();

  draw(nodes: RootContent[], definitions: ReadonlyMap<string, Definition>, notes: Notes): ElementContent[] {
    const drawing = this.all.get(nodes) ?? read(nodes);
    this.all.set(nodes, drawing);
    const { links, marks } = drawing;
    const used = [...new Set(links)].flatMap((name) => definitions.get(name) ?? []);
    const state = JSON.stringify([
      notes.before(marks),
      used.map(({ identifier, url, title }) => [identifier, url, title]),
    ]);
    if (drawing.state === state) {
      for (const mark of marks) notes.mark(mark);
    } else {
      drawing.state = state;
      drawing.elements = elementsOf(nodes, used, notes);
    }
    return drawing.elements;
  }
}
