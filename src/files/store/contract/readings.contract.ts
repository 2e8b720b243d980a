import { newId } from '../../../../libs/ids/index.js';
import type { FileFailure } from '../index.js';
import { addFile, addReady, MINUTE_MS, type OpenedFileStore, readOf, times } from './file-store.testing.js';

const BROKEN: FileFailure = { code: 'file_unreadable', title: 'It is broken.', params: { reason: 'damaged' } };
const STALE_MS = 15_000;

/** Who reads a file. */
export function readingsContract(opened: () => OpenedFileStore): void {
  const readings = () => opened().readings;

  describe('readings', () => {
    it('have one reader among many at once', async () => {
      const { id } = await addFile(opened());
      const claims = await times(20, (i) => readings().claim(id, `reader ${i}`, STALE_MS));
      expect(claims.filter((claim) => 'claimed' in claim)).toHaveLength(1);
      expect(claims.filter((claim) => 'refused' in claim && claim.refused === 'busy')).toHaveLength(19);
      const reader = `reader ${claims.findIndex((claim) => 'claimed' in claim)}`;
      expect(await readings().claim(id, reader, STALE_MS)).toMatchObject({ claimed: { id, reader, kills: 0 } });
    });

    it('end with what the content is, by their reader alone', async () => {
      const { id } = await addFile(opened());
      await readings().claim(id, 'reader', STALE_MS);
      expect(await readings().end(id, 'another', readOf())).toBeNull();
      const ready = { id, state: 'ready', mediaType: 'image/webp', size: 1000, width: 640, height: 480, pages: null };
      expect(await readings().end(id, 'reader', readOf())).toMatchObject(ready);
      expect(await readings().end(id, 'reader', readOf())).toMatchObject(ready);
      expect(await opened().files.get('user', id)).toMatchObject({ ...ready, error: null });
      expect(await readings().fail(id, 'reader', BROKEN)).toBeNull();
      expect(await readings().claim(id, 'reader', 0)).toEqual({ refused: 'ended' });
      expect(await readings().touch(id, 'reader')).toBe(false);
    });

    it('leave the kind of a text as it is', async () => {
      const { id } = await addFile(opened(), { mediaType: 'text/markdown', size: 7 });
      await readings().claim(id, 'reader', STALE_MS);
      const read = readOf({ shown: 'upload', mediaType: 'text/plain', size: 7, width: null, height: null, pages: 12 });
      await readings().end(id, 'reader', read);
      expect(await opened().files.get('user', id)).toMatchObject({
        mediaType: 'text/markdown',
        pages: 12,
        width: null,
      });
    });

    it('or with why it can’t be read', async () => {
      const { id } = await addFile(opened());
      await readings().claim(id, 'reader', STALE_MS);
      expect(await readings().fail(id, 'another', BROKEN)).toBeNull();
      for (let i = 0; i < 2; i++) {
        expect(await readings().fail(id, 'reader', BROKEN)).toMatchObject({ state: 'failed', error: BROKEN });
      }
      expect(await opened().files.get('user', id)).toMatchObject({ state: 'failed', error: BROKEN, size: 100 });
    });

    it('change what counts against the quota', async () => {
      const { id } = await addFile(opened(), { size: 100 });
      await readings().claim(id, 'reader', STALE_MS);
      for (let i = 0; i < 2; i++) await readings().end(id, 'reader', readOf({ size: 250 }));
      expect(await opened().reservations.usedBytes('user')).toBe(250);
    });

    it('are taken over from who was silent, which counts', async () => {
      const { id } = await addFile(opened());
      await readings().claim(id, 'first', STALE_MS);
      await opened().age(STALE_MS - 5000);
      expect(await readings().touch(id, 'first')).toBe(true);
      await opened().age(STALE_MS - 5000);
      expect(await readings().claim(id, 'second', STALE_MS)).toEqual({ refused: 'busy' });
      await opened().age(5000);
      expect(await readings().claim(id, 'second', STALE_MS)).toMatchObject({ claimed: { kills: 1, reader: 'second' } });
      expect(await readings().touch(id, 'first')).toBe(false);
      expect(await readings().end(id, 'first', readOf())).toBeNull();
      expect(await readings().claim(id, 'third', 0)).toMatchObject({ claimed: { kills: 2 } });
    });

    it('are given back, with or without a kill', async () => {
      const { id } = await addFile(opened());
      await readings().claim(id, 'reader', STALE_MS);
      await readings().letGo(id, 'another', true);
      await readings().letGo(id, 'reader', true);
      await readings().letGo(id, 'reader', true);
      expect(await readings().claim(id, 'second', STALE_MS)).toMatchObject({ claimed: { kills: 1 } });
      await readings().letGo(id, 'second', false);
      expect(await readings().claim(id, 'third', STALE_MS)).toMatchObject({ claimed: { kills: 1 } });
    });

    it('that nobody does are told, oldest first', async () => {
      const [busy, free, silent] = [await addFile(opened()), await addFile(opened()), await addFile(opened())];
      await readings().claim(silent.id, 'dead', STALE_MS);
      await opened().age(MINUTE_MS);
      await readings().claim(busy.id, 'reader', STALE_MS);
      await addReady(opened());
      const gone = await addFile(opened());
      await opened().files.markDeleting('user', gone.id);
      const unread = await readings().unread(STALE_MS, 10);
      expect(unread.map(({ id }) => id)).toEqual([free.id, silent.id]);
      expect((await readings().unread(0, 1)).map(({ id }) => id)).toEqual([busy.id]);
      expect(await readings().waiting()).toBe(3);
    });

    it('of what is being deleted are over', async () => {
      const { id } = await addFile(opened());
      await readings().claim(id, 'reader', STALE_MS);
      await opened().files.markDeleting('user', id);
      expect(await readings().touch(id, 'reader')).toBe(false);
      expect(await readings().end(id, 'reader', readOf())).toBeNull();
      expect(await readings().fail(id, 'reader', BROKEN)).toBeNull();
      expect(await readings().claim(newId(), 'reader', 0)).toEqual({ refused: 'ended' });
    });
  });
}
