import type { Message } from '../api/types.js';
import type { PendingAsk } from './asks.js';
import { pathOf, type Tree, versionsOf } from '../conversations/tree.js';

/** What stands in a thread: messages, and at its end a question on its way. */
export type Row =
  | { key: string; message: Message; versions: readonly string[] }
  | { key: string; ask: PendingAsk; part: 'question' | 'answer' };

/**
 * The rows of the branch that is shown. A question on its way stands where it will be: what is below its parent now belongs
 * to another branch. `keys` names messages that were shown before they had an id, so that they stay the same to React.
 */
export function rowsOf(
  tree: Tree,
  chosen: string | null,
  ask: PendingAsk | undefined,
  keys: ReadonlyMap<string, string>,
) {
  let path = pathOf(tree, chosen);
  if (ask) path = path.slice(0, path.findIndex(({ id }) => id === ask.question.parentId) + 1);
  const rows: Row[] = path.map((message) => ({
    key: keys.get(message.id) ?? message.id,
    message,
    versions: versionsOf(tree, message),
  }));
  if (ask?.question.text) rows.push({ key: `${ask.key}-question`, ask, part: 'question' });
  if (ask) rows.push({ key: `${ask.key}-answer`, ask, part: 'answer' });
  return rows;
}
