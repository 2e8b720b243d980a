import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { SqliteDatabase } from '../../libs/sqlite/index.js';

/**
 * Lengthens a conversation of one question and answer to so many pairs, in the store: to ask thousands of times would take
 * minutes. Question n says `Question <n>`. Gives back the ids of all messages, oldest first.
 */
export function lengthen(
  folder: string,
  conversationId: string,
  pairs: number,
  textOf: (n: number) => string,
): string[] {
  const db = new SqliteDatabase(join(folder, 'parley.sqlite'));
  const ids: string[] = [];
  db.transaction(() => {
    const rows = db.all<{ id: string; role: string }>(
      'SELECT id, role FROM messages WHERE conversation_id = ? ORDER BY id',
      conversationId,
    );
    ids.push(...rows.map(({ id }) => id));
    db.run('CREATE TEMP TABLE model AS SELECT * FROM messages WHERE conversation_id = ?', conversationId);
    for (let n = 1; n < pairs; n++) {
      for (const { role } of rows) {
        const id = uuidv7();
        const text = role === 'user' ? `Question ${n}` : textOf(n);
        const parent = ids.at(-1) as string;
        db.run('UPDATE model SET id = ?, parent_id = ?, text = ? WHERE role = ?', id, parent, text, role);
        db.run('INSERT INTO messages SELECT * FROM model WHERE role = ?', role);
        ids.push(id);
      }
    }
    db.run('UPDATE conversations SET newest_message_id = ? WHERE id = ?', ids.at(-1) as string, conversationId);
  });
  db.close();
  return ids;
}
