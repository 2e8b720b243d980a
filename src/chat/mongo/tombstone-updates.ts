/** The first burial counts, by the store's clock. */
export const LAY_TOMBSTONE = [{ $set: { buriedAt: { $ifNull: ['$buriedAt', '$$NOW'] }, burying: true } }];

/** The user stays in it: where conversations are sharded by user, a document may not lose what says where it lies. */
export const TO_TOMBSTONE = [
  {
    $replaceWith: {
      _id: '$_id',
      userId: '$userId',
      buriedAt: '$buriedAt',
      removedAt: { $ifNull: ['$removedAt', '$$NOW'] },
    },
  },
];
