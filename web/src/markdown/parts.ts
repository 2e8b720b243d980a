import type { Element, ElementContent, Nodes } from 'hast';

/** A part of an answer that is shown in one go. As text, so that equal ones are known without a look inside. */
export interface Part {
  /** The list or table whose part it is: an element without children. Parts that follow one another with the same `group` are in one. */
  wrapper: string | null;
  group: number;
  /** Elements, as JSON. */
  nodes: string;
  /** How much there is to show, in elements. */
  weight: number;
}

/** A part of a list or a table has about so many elements. */
const MOST = 150;
/** What a formula costs to set, in elements. */
const FORMULA = 60;
/** A table of more parts is a long one, and told so by its class. */
const MOST_TABLE_PARTS = 8;
export const LONG_TABLE = 'is-long';

export function weigh(node: Nodes): number {
  if (node.type !== 'element') return 0;
  const own = [node.properties.className].flat().includes('formula') ? FORMULA : 1;
  return node.children.reduce((sum, child) => sum + weigh(child), own);
}

/** Where things came from is of no use any more, and line breaks between blocks neither. */
const json = (value: unknown) =>
  JSON.stringify(value, (key, field: unknown) => (key === 'position' ? undefined : field));

function part(group: number, nodes: ElementContent[], wrapper: Element | null = null): Part {
  const weight = nodes.reduce((sum, node) => sum + weigh(node), 0);
  return { group, wrapper: wrapper && json({ ...wrapper, children: [] }), nodes: json(nodes), weight };
}

/** Elements, so many together that they weigh enough. */
function* slices(nodes: ElementContent[]): Generator<ElementContent[]> {
  let slice: ElementContent[] = [];
  let sum = 0;
  for (const node of nodes) {
    if (node.type !== 'element') continue;
    slice.push(node);
    sum += weigh(node);
    if (sum < MOST) continue;
    yield slice;
    slice = [];
    sum = 0;
  }
  if (slice.length > 0) yield slice;
}

/** A block's elements in parts: long lists by items, long tables by rows. */
export function partsOf(nodes: ElementContent[], group: number): Part[] {
  return nodes.flatMap((node) => {
    if (node.type !== 'element') return [part(group, [node])];
    if (/^[uo]l$/.test(node.tagName)) return [...slices(node.children)].map((items) => part(group, items, node));
    if (node.tagName !== 'table') return [part(group, [node])];
    const rows = node.children.flatMap(rowsInSlices);
    const isLong = rows.length > MOST_TABLE_PARTS;
    const table = isLong ? { ...node, properties: { ...node.properties, className: [LONG_TABLE] } } : node;
    return rows.map((slice) => part(group, [slice], table));
  });
}

const ROLES: Partial<Record<string, string>> = {
  thead: 'rowgroup',
  tbody: 'rowgroup',
  tr: 'row',
  th: 'columnheader',
  td: 'cell',
};

/** Some browsers forget what is a row where it is laid out otherwise, as in long tables. */
function withRole(node: ElementContent): ElementContent {
  if (node.type !== 'element' || !ROLES[node.tagName]) return node;
  const properties = { ...node.properties, role: ROLES[node.tagName] };
  return { ...node, properties, children: node.children.map(withRole) };
}

/** A table's head or body as several. */
function rowsInSlices(rows: ElementContent): ElementContent[] {
  if (rows.type !== 'element') return [];
  return [...slices(rows.children)].map((children) => withRole({ ...rows, children }));
}

/** A text that can't be parsed, as it is. */
export const plainPart = (text: string, group: number): Part =>
  part(group, [
    {
      type: 'element',
      tagName: 'div',
      properties: { className: ['plain'] },
      children: [{ type: 'text', value: text }],
    },
  ]);

/** The footnotes' list, each with its number and how many marks lead to it. */
export function notePart(group: number, children: ElementContent[], number: number, uses: number): Part {
  const list: Element = { type: 'element', tagName: 'ol', properties: { className: ['footnotes'] }, children: [] };
  return part(
    group,
    [{ type: 'element', tagName: 'li', properties: { dataNote: number, dataUses: uses }, children }],
    list,
  );
}
