import type { Message } from '../api/types.js';

/**
 * A conversation's messages, as far as they are here: all from a certain one on. Children stand in the order in which they
 * were written; ids sort by it. Of a message whose parent is here all siblings are.
 */
export interface Tree {
  byId: ReadonlyMap<string, Message>;
  children: ReadonlyMap<string | null, readonly string[]>;
  newest: string | null;
}

export const EMPTY_TREE: Tree = { byId: new Map(), children: new Map(), newest: null };

/** A message whose parent is not here begins its branch; it is no version of others that begin theirs. */
export function buildTree(byId: ReadonlyMap<string, Message>): Tree {
  const children = new Map<string | null, string[]>();
  let newest: string | null = null;
  for (const id of [...byId.keys()].sort()) {
    const { parentId } = byId.get(id)!;
    const siblings = children.get(parentId);
    if (siblings) siblings.push(id);
    else children.set(parentId, [id]);
    newest = id;
  }
  return { byId, children, newest };
}

/** The newest of a message and everything below it: where its branch was last written on. */
export function newestUnder(tree: Tree, id: string): string {
  let newest = id;
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next > newest) newest = next;
    open.push(...(tree.children.get(next) ?? []));
  }
  return newest;
}

/** The branch that is shown: through the chosen message to the newest below it; else to the newest of all. */
export function pathOf(tree: Tree, chosen: string | null): Message[] {
  const leaf = chosen !== null && tree.byId.has(chosen) ? newestUnder(tree, chosen) : tree.newest;
  const path: Message[] = [];
  for (let id = leaf; id !== null;) {
    const message: Message | undefined = tree.byId.get(id);
    if (!message) break;
    path.push(message);
    id = message.parentId;
  }
  return path.reverse();
}

/** The versions of a message: itself and what else stands under its parent, in the same role. */
export function versionsOf(tree: Tree, message: Message): string[] {
  return (tree.children.get(message.parentId) ?? []).filter((id) => tree.byId.get(id)?.role === message.role);
}
