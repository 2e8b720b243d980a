import type { Message } from '../api/types.js';
import { findIn } from './find.js';
import { buildTree } from '../conversations/tree.js';

const treeOf = (...texts: string[]) =>
  buildTree(new Map(texts.map((text, at) => [String(at), { id: String(at), parentId: null, text } as Message])));

describe('findIn', () => {
  it('finds parts of texts, blind to case and accents, newest first', () => {
    const tree = treeOf('Die Küste', 'a coast', 'KUSTE, again', 'kust');
    expect(findIn(tree, 'küste')).toEqual(['2', '0']);
    expect(findIn(tree, ' oas')).toEqual(['1']);
    expect(findIn(tree, 'a.c')).toEqual([]);
    expect(findIn(tree, ' ')).toEqual([]);
  });
});
