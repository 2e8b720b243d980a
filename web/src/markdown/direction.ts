import type { Nodes } from 'hast';

const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/** The first letter of a text; one in code says nothing about the text around it. */
function firstLetter(node: Nodes): string | null {
  if (node.type === 'text') return /\p{L}/u.exec(node.value)?.[0] ?? null;
  if (!('children' in node) || (node.type === 'element' && /^(?:code|pre)$/.test(node.tagName))) return null;
  for (const child of node.children) {
    const letter = firstLetter(child);
    if (letter) return letter;
  }
  return null;
}

const BLOCKS = new Set(['p', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'blockquote', 'table', 'li']);

/**
 * Says of each block which way it runs: as its first letter does. HTML's own `auto` passes over parts that have a direction
 * themselves, and so says nothing of a list or a quote.
 */
export function direct(node: Nodes): void {
  if (!('children' in node)) return;
  for (const child of node.children) direct(child);
  if (node.type !== 'element' || !BLOCKS.has(node.tagName) || node.tagName === 'li') return;
  const letter = firstLetter(node);
  if (letter) node.properties.dir = RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr';
}
