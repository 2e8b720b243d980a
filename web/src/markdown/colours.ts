import type { ElementContent, RootContent } from 'hast';
import { common, createLowlight } from 'lowlight';
import { partsOfCode } from './lines.js';
import type { ColouredLines } from './messages.js';

const lowlight = createLowlight(common);

interface Leaf {
  /** The classes of the elements that it lies in, the outermost first. */
  path: unknown[];
  text: string;
}

function* leaves(nodes: RootContent[], path: unknown[] = []): Generator<Leaf> {
  for (const node of nodes) {
    if (node.type === 'text') yield { path, text: node.value };
    else if (node.type === 'element') yield* leaves(node.children, [...path, node.properties.className]);
  }
}

const spanned = ({ path, text }: Leaf): ElementContent =>
  path.reduceRight<ElementContent>(
    (inside, className) => ({
      type: 'element',
      tagName: 'span',
      properties: { className: className as string[] },
      children: [inside],
    }),
    { type: 'text', value: text },
  );

/** Code with its colours, in the parts in which it is shown; nothing where its language is not known. */
export function colouredLines(code: string, language: string): ColouredLines[] {
  if (!lowlight.registered(language)) return [];
  const rest = leaves(lowlight.highlight(language, code).children as RootContent[]);
  let leaf: Leaf | undefined;
  return partsOfCode(code).map((text) => {
    const nodes: ElementContent[] = [];
    for (let wanted = text.length; wanted > 0;) {
      leaf ??= rest.next().value as Leaf | undefined;
      if (!leaf) break;
      nodes.push(spanned({ ...leaf, text: leaf.text.slice(0, wanted) }));
      const left = leaf.text.slice(wanted);
      wanted -= leaf.text.length;
      leaf = left === '' ? undefined : { ...leaf, text: left };
    }
    return { text, nodes: JSON.stringify(nodes) };
  });
}
