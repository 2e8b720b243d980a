import { newId } from '../../../../libs/ids/index.js';
import { RESERVATION_LIFE_MS } from '../index.js';
import { addFile, LIMITS, newFile, type OpenedFileStore, someHash, times } from './file-store.testing.js';

/** Room for uploads. */
export function reservationsContract(opened: () => OpenedFileStore): void {
  const reservations = () => opened().reservations;
  const content = () => opened().contents.open(someHash(), newId());
  const reserve = (bytes: number, id = newId(), limits = LIMITS, userId = 'user') =>
    reservations().reserve(userId, id, bytes, limits);

  describe('reservations', () => {
    it('keep to the quota exactly, whatever comes at once', async () => {
      const limits = { quota: 1000, atOnce: 1000 };
      await addFile(opened(), { size: 300 });
      await addFile(opened(), { size: 900, userId: 'another' });
      const outcomes = await times(50, () => reserve(100, newId(), limits));
      expect(outcomes.filter((outcome) => outcome === 'reserved')).toHaveLength(7);
      expect(outcomes.filter((outcome) => outcome === 'quota')).toHaveLength(43);
      expect(await reserve(1, newId(), limits)).toBe('quota');
      expect(await reserve(0, newId(), limits)).toBe('reserved');
    });

    it('and to how many may be under way', async () => {
      const ids = Array.from({ length: 20 }, () => newId());
      const outcomes = await times(20, (i) => reserve(10, ids[i]));
      expect(outcomes.filter((outcome) => outcome === 'reserved')).toHaveLength(4);
      expect(outcomes.filter((outcome) => outcome === 'at_once')).toHaveLength(16);
      expect(await reserve(10, newId(), LIMITS, 'another')).toBe('reserved');
      const place = ids[outcomes.indexOf('reserved')];
      expect(await reserve(10, place)).toBe('reserved');
      await reservations().release('user', place);
      await reservations().release('user', place);
      expect([await reserve(10), await reserve(10)]).toEqual(['reserved', 'at_once']);
    });

    it('of a dead upload are nobody’s after a while, unless they are renewed', async () => {
      const limits = { quota: 1000, atOnce: 2 };
      const [dead, alive] = [newId(), newId()];
      await reserve(500, dead, limits);
      await reserve(500, alive, limits);
      await opened().age(RESERVATION_LIFE_MS / 2 + 1000);
      await reservations().renew('user', alive);
      expect(await reserve(500, newId(), limits)).toBe('at_once');
      await opened().age(RESERVATION_LIFE_MS / 2);
      await reservations().renew('user', dead);
      await reservations().renew('nobody', dead);
      expect(await reserve(501, newId(), limits)).toBe('quota');
      expect(await reserve(500, newId(), limits)).toBe('reserved');
    });

    it('become a file, which counts by its own size', async () => {
      const limits = { quota: 1000, atOnce: 4 };
      const file = newFile(await content(), { size: 200 });
      await reserve(1000, file.id, limits);
      expect(await reserve(1, newId(), limits)).toBe('quota');
      for (let i = 0; i < 2; i++) expect(await reservations().insert(file, 1000)).toBe('inserted');
      expect(await reservations().usedBytes('user')).toBe(200);
      expect(await reserve(801, newId(), limits)).toBe('quota');
      expect(await reserve(800, newId(), limits)).toBe('reserved');
    });

    it('a file without one, or larger than it, comes where it fits', async () => {
      const file = newFile(await content(), { size: 600 });
      await reserve(500, newId(), { quota: 1000, atOnce: 4 });
      expect(await reservations().insert(file, 1000)).toBe('quota');
      expect(await opened().files.get('user', file.id)).toBeNull();
      const small = { ...file, size: 500 };
      await reserve(10, small.id, { quota: 1000, atOnce: 4 });
      expect(await reservations().insert(small, 1000)).toBe('inserted');
      expect(await reservations().usedBytes('user')).toBe(500);
    });

    it('a file whose content is not there is not made', async () => {
      const { contents } = opened();
      const leaving = await content();
      await opened().age(7_200_000);
      const [due] = await contents.due(10);
      expect(await contents.beginRemoval(leaving.id, due.dueAt!)).toBe(true);
      for (const id of [leaving.id, newId()]) {
        expect(await reservations().insert(newFile({ ...leaving, id }), 1000)).toBe('no_content');
      }
      expect(await reservations().usedBytes('user')).toBe(0);
    });

    it('exactly as many files come in as there is room for', async () => {
      const made = await times(30, async () => newFile(await content(), { size: 100 }));
      const outcomes = await times(30, (i) => reservations().insert(made[i], 1000));
      expect(outcomes.filter((outcome) => outcome === 'inserted')).toHaveLength(10);
      expect(await reservations().usedBytes('user')).toBe(1000);
    });

    it('what is deleted counts no more, once', async () => {
      const { files } = opened();
      const [gone, kept] = [await addFile(opened(), { size: 30 }), await addFile(opened(), { size: 5 })];
      await files.markDeleting('user', gone.id);
      await times(5, () => files.remove(gone.id));
      await files.remove(kept.id);
      expect(await reservations().usedBytes('user')).toBe(5);
      await files.markAllOf('user');
      await files.remove(kept.id);
      await reservations().forget('user');
      await reservations().forget('user');
      expect(await reservations().usedBytes('user')).toBe(0);
      expect(await reservations().usedBytes('nobody')).toBe(0);
    });
  });
}
