import { newId } from '../../../../libs/ids/index.js';
import { CONTENT_REST_MS } from '../index.js';
import {
  addFile,
  MINUTE_MS,
  newFile,
  type OpenedFileStore,
  PLENTY,
  readOf,
  someHash,
  times,
} from './file-store.testing.js';

/** Contents that are kept, and on their way out. */
export function contentRecordsContract(opened: () => OpenedFileStore): void {
  const contents = () => opened().contents;
  const remove = async (fileId: string) => {
    await opened().files.markDeleting('user', fileId);
    await opened().files.remove(fileId);
  };
  const due = async () => (await contents().due(100)).map(({ id }) => id);

  describe('contents', () => {
    it('are one for all who bring the same at once', async () => {
      const sha256 = someHash();
      const ids = Array.from({ length: 20 }, () => newId());
      const records = await times(20, (i) => contents().open(sha256, ids[i]));
      expect(new Set(records.map(({ id }) => id)).size).toBe(1);
      expect(records[0]).toMatchObject({ sha256, deleting: false, read: null });
    });

    it('keep what was made of them', async () => {
      const { id, sha256 } = await contents().open(someHash(), newId());
      const read = readOf({ pages: 3, pageStarts: [0, 10, 20], truncated: true });
      await contents().noteRead(id, read);
      expect(await contents().get(id)).toMatchObject({ id, sha256, read });
      expect((await contents().open(sha256, newId())).read).toEqual(read);
      expect(await contents().get(newId())).toBeNull();
      await contents().noteRead(newId(), read);
    });

    it('are due some time after they were opened or have lost a file, and not while they have one', async () => {
      const { id, sha256 } = await contents().open(someHash(), newId());
      await opened().age(CONTENT_REST_MS - MINUTE_MS);
      expect(await due()).toEqual([]);
      await contents().open(sha256, newId());
      await opened().age(2 * MINUTE_MS);
      expect(await due()).toEqual([]);
      await opened().age(CONTENT_REST_MS);
      expect(await due()).toEqual([id]);
      const [first, second] = [await addFile(opened(), { sha256 }), await addFile(opened(), { sha256 })];
      await opened().age(2 * CONTENT_REST_MS);
      expect(await due()).toEqual([]);
      await remove(first.id);
      await opened().age(2 * CONTENT_REST_MS);
      const [record] = await contents().due(10);
      // Another one still has it.
      expect([record.id, await contents().beginRemoval(id, record.dueAt!)]).toEqual([id, false]);
      expect([await due(), await contents().leaving(10)]).toEqual([[], []]);
      await remove(second.id);
      await opened().age(2 * CONTENT_REST_MS);
      expect(await due()).toEqual([id]);
    });

    it('go out in two steps, and what comes meanwhile is kept apart', async () => {
      const { id, sha256 } = await contents().open(someHash(), newId());
      await contents().noteRead(id, readOf());
      await opened().age(2 * CONTENT_REST_MS);
      const [{ dueAt }] = await contents().due(10);
      const begun = await times(5, () => contents().beginRemoval(id, dueAt!));
      expect(begun.filter(Boolean)).toHaveLength(1);
      expect([await due(), (await contents().leaving(10)).map((one) => one.id)]).toEqual([[], [id]]);
      const other = newId();
      expect(await contents().open(sha256, other)).toMatchObject({ id: other, sha256, deleting: false, read: null });
      await contents().endRemoval(other);
      await contents().endRemoval(id);
      await contents().endRemoval(id);
      expect([await contents().get(id), await contents().leaving(10)]).toEqual([null, []]);
      expect(await contents().get(other)).not.toBeNull();
    });

    it('stay while somebody copies them', async () => {
      const { id } = await contents().open(someHash(), newId());
      await opened().age(2 * CONTENT_REST_MS);
      const [{ dueAt }] = await contents().due(10);
      await contents().rest(MINUTE_MS);
      await contents().rest(MINUTE_MS);
      expect(await contents().beginRemoval(id, dueAt!)).toBe(false);
      expect(await due()).toEqual([id]);
      await opened().age(2 * MINUTE_MS);
      const [again] = await contents().due(10);
      expect(await contents().beginRemoval(id, again.dueAt!)).toBe(true);
      const other = await contents().open(someHash(), newId());
      await opened().age(2 * CONTENT_REST_MS);
      await contents().rest(MINUTE_MS);
      await contents().rest(0);
      const [last] = await contents().due(10);
      expect(await contents().beginRemoval(other.id, last.dueAt!)).toBe(true);
    });

    it('stay where something came in between', async () => {
      const { id, sha256 } = await contents().open(someHash(), newId());
      await opened().age(2 * CONTENT_REST_MS);
      const [{ dueAt }] = await contents().due(10);
      await opened().age(1000);
      await contents().open(sha256, newId());
      expect(await contents().beginRemoval(id, dueAt!)).toBe(false);
      expect((await contents().get(id))!.deleting).toBe(false);
    });

    it('removal and a file at once: one of them has it', async () => {
      const outcomes = await times(20, async () => {
        const record = await contents().open(someHash(), newId());
        return record;
      });
      await opened().age(2 * CONTENT_REST_MS);
      const dueNow = await contents().due(100);
      const results = await times(20, async (i) => {
        const { id } = outcomes[i];
        const { dueAt } = dueNow.find((one) => one.id === id)!;
        const [removed, inserted] = await Promise.all([
          contents().beginRemoval(id, dueAt!),
          opened().reservations.insert(newFile(outcomes[i], { size: 1 }), PLENTY),
        ]);
        return [removed, inserted];
      });
      for (const [removed, inserted] of results) expect(inserted).toBe(removed ? 'no_content' : 'inserted');
    });

    it('all are told by id', async () => {
      const ids = [];
      for (let i = 0; i < 3; i++) ids.push((await contents().open(someHash(), newId())).id);
      const first = await contents().all({ limit: 2 });
      const second = await contents().all({ limit: 2, cursor: first.nextCursor! });
      expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
      expect(second.nextCursor).toBeNull();
    });
  });
}
