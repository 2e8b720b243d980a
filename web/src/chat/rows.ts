import type { Message } from '../api/types.js';
import type { PendingAsk } from './asks.js';
import { pathOf, type Tree, versionsOf } from '../conversations/tree.js';
import { GO_ON } from '../i18n/go-on.js';

/** What stands in a thread: messages, and at its end a question on its way. */
export type Row =
  | {
      key: string;
      message: Message;
      versions: readonly string[];
      /** A question that only asks to go on where the answer before it ended. */
      isGoOn: boolean;
      /** An answer that is gone on with below. */
      isGoneOn: boolean;
      /** The text of the answers that this one goes on with; empty: it begins by itself. */
      before: string;
    }
  | { key: string; ask: PendingAsk; part: 'question' | 'answer'; isGoOn: boolean };

const GO_ON_QUESTIONS: readonly (string | null)[] = Object.values(GO_ON);

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
  const goesOn = (message: Message | undefined, text: string | null) =>
    message?.role === 'assistant' && GO_ON_QUESTIONS.includes(text);
  const isGoOn = path.map(({ role, text }, at) => role === 'user' && goesOn(path[at - 1], text));
  const isAskGoOn = ask !== undefined && goesOn(path.at(-1), ask.question.text);
  let flow = '';
  const rows: Row[] = path.map((message, at) => {
    const before = isGoOn[at - 1] ? flow : '';
    if (message.role === 'assistant') flow = before + message.text;
    return {
      key: keys.get(message.id) ?? message.id,
      message,
      versions: versionsOf(tree, message),
      isGoOn: isGoOn[at],
      isGoneOn: message.role === 'assistant' && (isGoOn[at + 1] ?? isAskGoOn),
      before,
    };
  });
  if (ask && ask.question.text !== null)
    rows.push({ key: `${ask.key}-question`, ask, part: 'question', isGoOn: isAskGoOn });
  if (ask) rows.push({ key: `${ask.key}-answer`, ask, part: 'answer', isGoOn: isAskGoOn });
  return rows;
}
