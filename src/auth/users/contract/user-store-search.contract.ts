import { v7 } from 'uuid';
import type { UserStore } from '../user-store.js';

/** Part of the suite for UserStore: whom `list` finds. */
export function userSearchContract(store: () => UserStore): void {
  describe('finds', () => {
    const named = (name: string, email: string) =>
      store().create({ id: v7(), name, email, passwordHash: 'hash', role: 'user' });
    const found = async (q: string) => (await store().list({ limit: 100 }, q)).items.map(({ name }) => name);

    it('by a part of the name or the e-mail, blind to case, oldest first', async () => {
      await named('Ada Lovelace', 'ada@x.org');
      await named('Grace Hopper', 'GRACE@Y.org');
      await named('Alan', 'turing@lovely.org');
      expect(await found('LOVE')).toEqual(['Ada Lovelace', 'Alan']);
      expect(await found('e@')).toEqual(['Grace Hopper']);
      expect(await found('E Ho')).toEqual(['Grace Hopper']);
      expect(await found('.org')).toEqual(['Ada Lovelace', 'Grace Hopper', 'Alan']);
      expect(await found('nobody')).toEqual([]);
    });

    it('in all scripts alike, however a letter is composed', async () => {
      await named('Die Ärzte', 'a@x.org');
      await named('A\u0308RZTE', 'b@x.org');
      await named('ЯРОСЛАВ', 'c@x.org');
      await named('小明', 'd@x.org');
      for (const q of ['ärzte', 'ÄRZTE', 'a\u0308rzte']) expect(await found(q)).toEqual(['Die Ärzte', 'A\u0308RZTE']);
      expect(await found('ярослав')).toEqual(['ЯРОСЛАВ']);
      expect(await found('明')).toEqual(['小明']);
      expect(await found('arzte')).toEqual([]);
    });

    it('what means itself, whatever it means elsewhere', async () => {
      const marks = ['%', '_', '.', '*', '\\', '(', '[', '$', '^', '|', '"', "'", '?', '(?i)', '\\w'];
      for (const [i, mark] of marks.entries()) await named(`a ${mark} b`, `u${i}@x`);
      await named('plain', 'plain@x');
      for (const mark of marks) {
        const holding = marks.map((other) => `a ${other} b`).filter((name) => name.includes(mark));
        expect(await found(mark)).toEqual(holding);
      }
      expect(await found('a .* b')).toEqual([]);
    });

    it('page by page, among very many, without holes', async () => {
      const wanted: string[] = [];
      for (let i = 0; i < 250; i++) {
        const name = i % 5 === 4 || i % 5 === 0 ? `Ada ${i + 1}` : `Bob ${i + 1}`;
        if (name.startsWith('Ada')) wanted.push(name);
        await named(name, `u${i}@x.org`);
      }
      // Those at the seams of what a store may read at once.
      expect(wanted).toEqual(expect.arrayContaining(['Ada 200', 'Ada 201']));
      const pages: string[][] = [];
      let cursor: string | undefined;
      do {
        const page = await store().list({ limit: 40, cursor }, 'ada');
        pages.push(page.items.map(({ name }) => name));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(pages.map(({ length }) => length)).toEqual([40, 40, 20]);
      expect(pages.flat()).toEqual(wanted);
      expect((await store().list({ limit: 100 }, 'ada')).nextCursor).toBeNull();
      await expect(store().list({ limit: 3, cursor: 'nonsense' }, 'ada')).rejects.toMatchObject({
        code: 'validation_failed',
      });
    });

    it('who was renamed by the new name alone', async () => {
      const { id } = await named('Ada', 'a@x.org');
      await store().rename(id, 'Ägidius');
      expect([await found('ada'), await found('ägi')]).toEqual([[], ['Ägidius']]);
    });
  });
}
