import type { Element, ElementContent } from 'hast';
import type { Part } from './parts.js';

/** The parts put together again: what is in the page at the end. */
export function elementsOfParts(parts: readonly Part[]): ElementContent[] {
  const all: ElementContent[] = [];
  let open = null as { group: number; wrapper: string; element: Element } | null;
  for (const { wrapper, group, nodes } of parts) {
    const children = JSON.parse(nodes) as ElementContent[];
    if (wrapper === null) {
      open = null;
      all.push(...children);
    } else if (open?.group === group && open.wrapper === wrapper) {
      open.element.children.push(...children);
    } else {
      open = { group, wrapper, element: { ...(JSON.parse(wrapper) as Element), children } };
      all.push(open.element);
    }
  }
  return all;
}

/** What an element is called in an outline: its name, and of its properties what matters. */
function nameOf({ tagName, properties, children }: Element): string {
  const classes = [properties.className ?? []].flat().map(String);
  if (classes.includes('is-display')) return 'display';
  if (classes.includes('is-inline')) return 'math';
  if (tagName === 'input') return properties.checked ? '☑' : '☐';
  if (tagName === 'img') return `img<${String(properties.src)}>`;
  if (tagName === 'a') return `a<${String(properties.href)}>`;
  if (tagName === 'pre') {
    const [code] = children;
    const language = code?.type === 'element' && [code.properties.className ?? []].flat().join().split('language-')[1];
    return language ? `pre:${language}` : 'pre';
  }
  const start = tagName === 'ol' && properties.start ? `@${String(properties.start)}` : '';
  const level = properties.ariaLevel ? `=${String(properties.ariaLevel)}` : '';
  return `${tagName}${start}${level}${properties.dir === 'rtl' ? '!' : ''}`;
}

/**
 * Elements in short, to be compared by tests: `p(a strong(b)↵c)`. Line breaks in code are `⏎`, what runs from right to left
 * has a `!`.
 */
export function outline(nodes: readonly ElementContent[]): string {
  return nodes
    .map((node) => {
      if (node.type === 'text') return node.value === '\n' ? '' : node.value.replace(/\r?\n/g, '⏎');
      if (node.type !== 'element') return '';
      if (node.tagName === 'br') return '↵';
      const name = nameOf(node);
      const inside = node.tagName === 'pre' ? (node.children[0] as Element).children : node.children;
      return inside.length === 0
        ? name
        : `${name}(${outline(inside).replace(node.tagName === 'pre' ? /⏎$/ : /$^/, '')})`;
    })
    .join('');
}
