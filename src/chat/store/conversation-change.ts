import type { Conversation, ConversationPatch } from './conversations.js';
import { storableFields } from './storable.js';

/** What a patch changes of the row. A title is no activity: the list keeps its order. Without fields: nothing. */
export function changeOf(patch: ConversationPatch, now: number): Partial<Conversation> {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const change = storableFields(Object.fromEntries(given) as ConversationPatch);
  const isActivity = given.some(([field]) => field !== 'title');
  return isActivity ? { ...change, updatedAt: new Date(now) } : change;
}
