/** So many batches are under way at once: one is read and cut into words while others are on the wire. */
const AT_ONCE = 3;

/**
 * Works off all of `read`, batch by batch, several at once: what lies in memory is bounded, however much there is. The
 * first failure ends it, once those under way have ended.
 */
export async function inBatches<T extends { _id: string }>(
  read: (after: string) => T[] | Promise<T[]>,
  work: (batch: T[]) => Promise<void>,
  onDone: (count: number) => void,
  atOnce = AT_ONCE,
): Promise<void> {
  let after = '';
  let done = false;
  let failure: { error: unknown } | undefined;
  const worker = async () => {
    while (!done) {
      const batch = await next();
      if (batch.length === 0) return;
      try {
        await work(batch);
        onDone(batch.length);
      } catch (error) {
        failure ??= { error };
        done = true;
      }
    }
  };
  /** One after the other: where the next batch begins is known only when this one is read. */
  let reading: Promise<unknown> = Promise.resolve();
  const next = (): Promise<T[]> => {
    const batch = reading.then(async () => {
      if (done) return [];
      const docs = await read(after);
      after = docs.at(-1)?._id ?? after;
      done ||= docs.length === 0;
      return docs;
    });
    reading = batch.catch(() => (done = true));
    return batch;
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  const unread = ended.find((result) => result.status === 'rejected');
  if (failure) throw failure.error;
  if (unread) throw unread.reason;
}
