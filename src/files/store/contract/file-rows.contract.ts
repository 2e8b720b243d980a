import { newId } from '../../../../libs/ids/index.js';
import { HOLDER_CHECK_MS, type StoredFile } from '../index.js';
import { addFile, addReady, HOUR_MS, MINUTE_MS, type OpenedFileStore, times } from './file-store.testing.js';

const DAY_MS = 24 * HOUR_MS;

/** Rows: seen, held, deleted. */
export function fileRowsContract(opened: () => OpenedFileStore): void {
  const files = () => opened().files;
  const idsOf = (found: StoredFile[]) => found.map(({ id }) => id);

  describe('files', () => {
    it('are given back as they came, to their own user alone', async () => {
      const file = await addFile(opened(), { filename: 'Übersicht “1”.txt', width: 3, pages: 2, size: 0 });
      expect(await files().get('user', file.id)).toEqual({ ...file, touchedAt: expect.any(Number) });
      expect(await files().get('another', file.id)).toBeNull();
      expect(await files().get('user', newId())).toBeNull();
      expect(await files().get('user', 'no id')).toBeNull();
    });

    it('are listed newest first, page by page, each once', async () => {
      const ids = [];
      for (let i = 0; i < 5; i++) ids.unshift((await addFile(opened())).id);
      await addFile(opened(), { userId: 'another' });
      const first = await files().list('user', { limit: 2 });
      const second = await files().list('user', { limit: 2, cursor: first.nextCursor! });
      await addFile(opened());
      const third = await files().list('user', { limit: 2, cursor: second.nextCursor! });
      expect([first, second, third].map(({ items }) => idsOf(items))).toEqual([
        ids.slice(0, 2),
        ids.slice(2, 4),
        ids.slice(4),
      ]);
      expect(third.nextCursor).toBeNull();
      expect((await files().list('nobody', { limit: 2 })).items).toEqual([]);
      await expect(files().list('user', { limit: 2, cursor: 'x' })).rejects.toMatchObject({ status: 400 });
    });

    it('all of everybody are told by id', async () => {
      const made = [await addFile(opened()), await addFile(opened(), { userId: 'another' }), await addFile(opened())];
      await files().markDeleting('user', made[2].id);
      const first = await files().all({ limit: 2 });
      const second = await files().all({ limit: 2, cursor: first.nextCursor! });
      expect(idsOf([...first.items, ...second.items])).toEqual(idsOf(made));
      expect(second).toMatchObject({ items: [{ deleting: true }], nextCursor: null });
    });
  });

  describe('holders', () => {
    it('are added to what is ready, once each', async () => {
      const { id } = await addReady(opened());
      for (let i = 0; i < 2; i++) expect(await files().hold('user', id, 'message:c:1')).toHaveProperty('file');
      const held = await files().hold('user', id, 'message:c:2');
      expect(held).toMatchObject({ file: { id, state: 'ready', holders: ['message:c:1', 'message:c:2'] } });
      expect((await files().get('user', id))!.holders).toEqual(['message:c:1', 'message:c:2']);
    });

    it('are refused to what is not ready, not there, or another’s', async () => {
      const { readings } = opened();
      const [processing, failed, gone, theirs] = [
        await addFile(opened()),
        await addFile(opened()),
        await addReady(opened()),
        await addReady(opened(), { userId: 'another' }),
      ];
      await readings.claim(failed.id, 'reader', 0);
      await readings.fail(failed.id, 'reader', { code: 'file_unreadable', title: 'Broken' });
      await files().markDeleting('user', gone.id);
      const refusals = await times(5, async (i) =>
        files().hold('user', [processing.id, failed.id, gone.id, theirs.id, newId()][i], 'message:c:1'),
      );
      expect(refusals).toEqual(['processing', 'failed', 'absent', 'absent', 'absent'].map((refused) => ({ refused })));
    });

    it('many at once all count', async () => {
      const { id } = await addReady(opened());
      await times(20, (i) => files().hold('user', id, `message:c:${i}`));
      expect(new Set((await files().get('user', id))!.holders).size).toBe(20);
      await times(19, (i) => files().dropHolders([`message:c:${i}`], 'delete'));
      expect(await files().get('user', id)).toMatchObject({ holders: ['message:c:19'], deleting: false });
    });

    it('with the last one the file goes, or is as it was before, as it is said', async () => {
      const [gone, kept, held] = [await addReady(opened()), await addReady(opened()), await addReady(opened())];
      for (const { id } of [gone, held]) await files().hold('user', id, 'message:c:1');
      await files().hold('user', kept.id, 'message:c:2');
      await files().hold('user', held.id, 'assistant:a');
      await files().dropHolders(['message:c:1', 'message:none:1'], 'delete');
      await files().dropHolders(['message:c:2'], 'keep');
      expect(await files().get('user', gone.id)).toBeNull();
      expect(await files().get('user', kept.id)).toMatchObject({ holders: [], checkAt: null });
      expect(await files().get('user', held.id)).toMatchObject({ holders: ['assistant:a'] });
      expect(idsOf(await files().deleting(10))).toEqual([gone.id]);
    });

    it('of one conversation go together, and no others', async () => {
      const [a, b, c] = [await addReady(opened()), await addReady(opened()), await addReady(opened())];
      await files().hold('user', a.id, 'message:conv-1:1');
      await files().hold('user', a.id, 'message:conv-1:2');
      await files().hold('user', b.id, 'message:conv-1:3');
      await files().hold('user', b.id, 'message:conv-10:1');
      await files().hold('user', c.id, 'message:conv-10:2');
      await files().dropHoldersUnder('message:conv-1:');
      await files().dropHoldersUnder('message:conv-1:');
      expect(await files().get('user', a.id)).toBeNull();
      expect((await files().get('user', b.id))!.holders).toEqual(['message:conv-10:1']);
      expect((await files().get('user', c.id))!.holders).toEqual(['message:conv-10:2']);
    });

    it('are looked at some time later, once', async () => {
      const [early, late] = [await addReady(opened()), await addReady(opened())];
      await files().hold('user', early.id, 'message:c:1');
      await opened().age(MINUTE_MS);
      await files().hold('user', late.id, 'message:c:2');
      expect(await files().unchecked(10)).toEqual([]);
      await opened().age(HOLDER_CHECK_MS - MINUTE_MS / 2);
      expect(idsOf(await files().unchecked(10))).toEqual([early.id]);
      await opened().age(MINUTE_MS);
      const due = await files().unchecked(10);
      expect(idsOf(due)).toEqual([early.id, late.id]);
      expect(idsOf(await files().unchecked(1))).toEqual([early.id]);
      await files().noteChecked(early.id, due[0].checkAt!);
      // One that came in between is looked at again.
      await files().hold('user', late.id, 'message:c:3');
      await files().noteChecked(late.id, due[1].checkAt!);
      expect((await files().get('user', early.id))!.checkAt).toBeNull();
      expect((await files().get('user', late.id))!.checkAt).not.toBeNull();
      expect(await files().unchecked(10)).toEqual([]);
    });
  });

  describe('deleting', () => {
    it('takes nothing that is held, and nobody sees what it took', async () => {
      const [free, held] = [await addReady(opened()), await addReady(opened())];
      await files().hold('user', held.id, 'message:c:1');
      expect(await files().markDeleting('another', free.id)).toBe('absent');
      expect(await files().markDeleting('user', held.id)).toBe('held');
      expect(await files().markDeleting('user', free.id)).toBe('marked');
      expect(await files().markDeleting('user', free.id)).toBe('absent');
      expect(await files().get('user', free.id)).toBeNull();
      expect(idsOf((await files().list('user', { limit: 10 })).items)).toEqual([held.id]);
      expect(idsOf(await files().deleting(10))).toEqual([free.id]);
      await files().remove(free.id);
      await files().remove(free.id);
      await files().remove(held.id);
      expect(await files().deleting(10)).toEqual([]);
      expect(idsOf((await files().all({ limit: 10 })).items)).toEqual([held.id]);
    });

    it('and holding at once: one of them has it', async () => {
      const made = await times(20, () => addReady(opened()));
      const outcomes = await times(20, async (i) => {
        const [held, marked] = await Promise.all([
          files().hold('user', made[i].id, 'message:c:1'),
          files().markDeleting('user', made[i].id),
        ]);
        return ['file' in held, marked === 'marked'];
      });
      for (const [held, marked] of outcomes) expect(held).toBe(!marked);
    });

    it('finds what was never held and is old', async () => {
      const [old, held] = [await addReady(opened()), await addReady(opened())];
      await files().hold('user', held.id, 'message:c:1');
      await opened().age(DAY_MS);
      const young = await addFile(opened(), { createdAt: new Date(Date.now()) });
      expect(await files().markUnheld(DAY_MS - MINUTE_MS, 10)).toBe(1);
      expect(await files().markUnheld(DAY_MS - MINUTE_MS, 10)).toBe(0);
      expect(await files().get('user', old.id)).toBeNull();
      expect([await files().get('user', held.id), await files().get('user', young.id)]).not.toContain(null);
    });

    it('of a user takes all, and nobody else’s', async () => {
      const mine = [await addReady(opened()), await addFile(opened()), await addReady(opened())];
      const theirs = await addReady(opened(), { userId: 'another' });
      await files().hold('user', mine[0].id, 'message:c:1');
      await files().markDeleting('user', mine[2].id);
      await files().markAllOf('user');
      expect((await files().list('user', { limit: 10 })).items).toEqual([]);
      expect(idsOf(await files().deleting(10, 'user')).sort()).toEqual(idsOf(mine).sort());
      expect(await files().deleting(2, 'user')).toHaveLength(2);
      expect(await files().deleting(10, 'another')).toEqual([]);
      expect(await files().get('another', theirs.id)).not.toBeNull();
    });
  });
}
