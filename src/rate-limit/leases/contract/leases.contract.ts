import { eventually } from '../../../../test/support/eventually.js';
import { leasesTimeContract } from './leases-time.contract.js';
import type { Leases } from '../leases.js';

export interface OpenedLeases {
  leases: Leases;
  /** What another instance of the product has, over the same backend; the same one where instances share nothing. */
  another(): Leases;
  close(): Promise<void>;
}

/**
 * What all Leases must do. `open` gives some where nobody holds a place; `lifeMs`: when one that nobody renews ends,
 * instead of `LEASE_LIFE_MS`. `openBroken`: their backend does not answer.
 */
export function leasesContract(
  name: string,
  open: (lifeMs?: number) => Promise<OpenedLeases>,
  openBroken?: () => Promise<OpenedLeases>,
): void {
  describe(`Leases: ${name}`, () => {
    let opened: OpenedLeases;
    let leases: Leases;

    beforeEach(async () => {
      opened = await open();
      leases = opened.leases;
    });
    afterEach(() => opened.close());

    const numbers = Array.from({ length: 60 }, (_, i) => i);
    const held = async () => (await leases.olderThan(0, 1000)).map(({ holder, id }) => `${holder} ${id}`).sort();

    describe('a place', () => {
      it('can be had up to the limit; who is refused leaves nothing behind', async () => {
        expect(await leases.count('user')).toBe(0);
        expect(await leases.take('user', 'a', 2)).toBe(true);
        expect(await leases.take('user', 'b', 2)).toBe(true);
        expect(await leases.take('user', 'c', 2)).toBe(false);
        expect(await leases.count('user')).toBe(2);
        expect(await held()).toEqual(['user a', 'user b']);
        const holds = (id: string, holder = 'user') => opened.another().holds(holder, id);
        expect([await holds('a'), await holds('c'), await holds('a', 'other')]).toEqual([true, false, false]);
        await leases.free('user', 'a');
        expect(await holds('a')).toBe(false);
        expect(await leases.count('user')).toBe(1);
        expect(await leases.take('user', 'd', 2)).toBe(true);
        expect(await held()).toEqual(['user b', 'user d']);
      });

      it('is had again by who holds it, even where all are taken', async () => {
        await leases.take('user', 'a', 2);
        await leases.take('user', 'b', 2);
        for (const limit of [2, 1, 0]) expect(await leases.take('user', 'a', limit)).toBe(true);
        expect(await leases.count('user')).toBe(2);
      });

      it('can’t be had beyond a limit that was lowered, until enough are free', async () => {
        for (const id of ['a', 'b', 'c']) await leases.take('user', id, 3);
        expect(await leases.take('user', 'd', 1)).toBe(false);
        for (const id of ['a', 'b']) await leases.free('user', id);
        expect(await leases.take('user', 'd', 1)).toBe(false);
        await leases.free('user', 'c');
        expect(await leases.take('user', 'd', 1)).toBe(true);
      });

      it('can’t be had where the limit is 0', async () => {
        expect(await leases.take('user', 'a', 0)).toBe(false);
        expect(await leases.count('user')).toBe(0);
      });

      it('is freed any number of times, and only by its holder and id', async () => {
        await leases.take('user', 'a', 5);
        await leases.take('user', 'b', 5);
        await leases.free('other', 'a');
        await leases.free('user', 'c');
        await leases.free('nobody', 'nothing');
        expect(await held()).toEqual(['user a', 'user b']);
        await Promise.all([leases.free('user', 'a'), leases.free('user', 'a')]);
        await leases.free('user', 'a');
        expect(await held()).toEqual(['user b']);
      });

      it('stays free where it is not held and somebody renews it', async () => {
        await leases.renew('user', 'a');
        await leases.take('user', 'b', 5);
        await leases.free('user', 'b');
        await leases.renew('user', 'b');
        expect(await leases.count('user')).toBe(0);
        expect(await held()).toEqual([]);
        expect(await leases.take('user', 'c', 1)).toBe(true);
      });
    });

    describe('many at once', () => {
      it('get as many places as there are, over all instances', async () => {
        const instances = [leases, opened.another(), opened.another()];
        const results = await Promise.all(numbers.map((i) => instances[i % 3].take('user', `${i}`, 7)));
        expect(results.filter(Boolean)).toHaveLength(7);
        expect(await held()).toEqual(
          numbers
            .filter((i) => results[i])
            .map((i) => `user ${i}`)
            .sort(),
        );
        for (const instance of instances) expect(await instance.count('user')).toBe(7);
      });

      it('with the same id all get the one place', async () => {
        const other = opened.another();
        const results = await Promise.all(numbers.map((i) => (i % 2 ? leases : other).take('user', 'a', 1)));
        expect(results.every(Boolean)).toBe(true);
        expect(await leases.count('user')).toBe(1);
      });

      it('take and free without losing a place', async () => {
        const other = opened.another();
        await Promise.all(
          numbers.map(async (i) => {
            const id = `${i}`;
            await eventually(() => leases.take('user', id, 3));
            expect(await other.count('user')).toBeLessThanOrEqual(3);
            await other.free('user', id);
          }),
        );
        expect(await leases.count('user')).toBe(0);
      });
    });

    it('keeps holders apart, and takes any text', async () => {
      const names = ['', ' ', 'a', 'A', 'a:b', '*', 'a*', '{a}', '__proto__', 'constructor', '“Ж”\n漢字'];
      for (const holder of names) {
        for (const id of names) expect(await leases.take(holder, id, names.length)).toBe(true);
      }
      await leases.free('a', 'a');
      for (const holder of names) expect(await leases.count(holder)).toBe(names.length - (holder === 'a' ? 1 : 0));
      const found = await leases.olderThan(0, 1000);
      const expected = names.flatMap((holder) => names.map((id) => JSON.stringify([holder, id])));
      const all = found.map(({ holder, id }) => JSON.stringify([holder, id]));
      expect(all.sort()).toEqual(expected.filter((pair) => pair !== '["a","a"]').sort());
    });

    leasesTimeContract(() => leases, open);

    it('close any number of times', async () => {
      await leases.take('user', 'a', 1);
      await Promise.all([leases.close(), leases.close()]);
      await leases.close();
    });

    if (!openBroken) return;
    it('reject with dependency_down where the backend does not answer', async () => {
      const broken = await openBroken();
      const calls: Array<() => Promise<unknown>> = [
        () => broken.leases.take('user', 'a', 1),
        () => broken.leases.renew('user', 'a'),
        () => broken.leases.free('user', 'a'),
        () => broken.leases.holds('user', 'a'),
        () => broken.leases.count('user'),
        () => broken.leases.olderThan(0, 1),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'dependency_down', status: 503 });
      await broken.close();
    });
  });
}
