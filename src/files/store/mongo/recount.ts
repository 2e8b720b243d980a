import type { FileCollections } from './file-collections.js';

/** Makes what is noted of a user's files the sum of those that are there: after rows came in another way than by uploads. */
export async function recountUsed(collections: FileCollections, userId: string): Promise<void> {
  const { files, quotas } = collections;
  await collections.ofUser(userId, async (db, session) => {
    const [sum] = await files
      .of(db)
      .aggregate<{ bytes: number }>([{ $match: { userId } }, { $group: { _id: null, bytes: { $sum: '$size' } } }], {
        session,
      })
      .toArray();
    const change = { $set: { used: sum?.bytes ?? 0 }, $setOnInsert: { reservations: [] } };
    await quotas.of(db).updateOne({ _id: userId }, change, { session, upsert: true });
  });
}
