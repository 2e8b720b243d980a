import { askAndAnswer, answerRef, newConversation, newId, newTurn, nextMs, type ChatStores } from './chat.testing.js';
import type { Conversation } from '../store/index.js';

/** What every Conversations must do. `openBroken`: a store whose backend does not answer. */
export function conversationsContract(
  name: string,
  open: () => Promise<ChatStores>,
  openBroken?: () => Promise<ChatStores>,
): void {
  describe(`Conversations: ${name}`, () => {
    let stores: ChatStores;
    const user = newId();
    const page = { limit: 50 };

    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.close());

    const make = async (change: Partial<Conversation> = {}): Promise<Conversation> => {
      const conversation = newConversation(change.userId ?? user, change);
      return (await stores.messages.appendTurn(newTurn(conversation.userId, { conversation }))).conversation;
    };
    const ids = (list: Array<{ id: string }>): string[] => list.map(({ id }) => id);

    it('gives back all that was put in', async () => {
      const made = await make({ title: 'Größe 😀', instructions: 'Be brief', temperature: 0.7, pinned: true });
      const read = await stores.conversations.get(user, made.id);
      expect(read).toEqual(made);
      expect(read).toMatchObject({ title: 'Größe 😀', instructions: 'Be brief', temperature: 0.7, pinned: true });
      expect(read?.createdAt).toBeInstanceOf(Date);
    });

    it('hides what is not there and what is another user’s', async () => {
      const { id } = await make();
      const other = newId();
      expect(await stores.conversations.get(user, newId())).toBeNull();
      expect(await stores.conversations.get(user, 'no id at all')).toBeNull();
      expect(await stores.conversations.get(other, id)).toBeNull();
      expect(await stores.conversations.update(other, id, { pinned: true })).toBeNull();
      expect(await stores.conversations.bury(other, id)).toBe(false);
      expect((await stores.conversations.list(other, { archived: false }, page)).items).toEqual([]);
      expect(await stores.conversations.idsOfUser(other, 10)).toEqual([]);
      expect(await stores.conversations.get(user, id)).toMatchObject({ pinned: false });
    });

    it('hands out copies', async () => {
      const { id } = await make();
      const read = (await stores.conversations.get(user, id)) as Conversation;
      read.title = 'changed outside';
      expect((await stores.conversations.get(user, id))?.title).toBe('First words');
    });

    describe('list', () => {
      it('has the newest activity first: a question, an answer’s end, a change', async () => {
        const [a, b, c] = [await make(), (await nextMs(), await make()), (await nextMs(), await make())];
        const order = async () => ids((await stores.conversations.list(user, { archived: false }, page)).items);
        expect(await order()).toEqual([c.id, b.id, a.id]);
        await nextMs();
        await askAndAnswer(stores.messages, newTurn(user, { conversation: a.id }));
        expect(await order()).toEqual([a.id, c.id, b.id]);
        await nextMs();
        await stores.conversations.update(user, b.id, { temperature: 1 });
        expect(await order()).toEqual([b.id, a.id, c.id]);
      });

      it('filters archived and pinned ones', async () => {
        const plain = await make();
        const pinned = await make({ pinned: true });
        const archived = await make({ archived: true });
        const both = await make({ archived: true, pinned: true });
        const list = async (filter: { archived: boolean; pinned?: boolean }) =>
          ids((await stores.conversations.list(user, filter, page)).items).sort();
        expect(await list({ archived: false })).toEqual([plain.id, pinned.id]);
        expect(await list({ archived: true })).toEqual([archived.id, both.id]);
        expect(await list({ archived: false, pinned: true })).toEqual([pinned.id]);
        expect(await list({ archived: false, pinned: false })).toEqual([plain.id]);
        expect(await list({ archived: true, pinned: true })).toEqual([both.id]);
      });

      it('pages without a hole or a double, also among equal times', async () => {
        const made = await Promise.all(Array.from({ length: 25 }, () => make()));
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const { items, nextCursor } = await stores.conversations.list(
            user,
            { archived: false },
            { limit: 10, cursor },
          );
          expect(items.length).toBeLessThanOrEqual(10);
          seen.push(...ids(items));
          cursor = nextCursor ?? undefined;
        } while (cursor);
        expect([...seen].sort()).toEqual(ids(made).sort());
        const exact = await stores.conversations.list(user, { archived: false }, { limit: 25 });
        expect(exact.nextCursor).toBeNull();
      });

      it('refuses a cursor of another list', async () => {
        const strange = stores.conversations.list(user, { archived: false }, { limit: 1, cursor: 'WyJhIl0' });
        await expect(strange).rejects.toMatchObject({ code: 'validation_failed' });
      });
    });

    it('gives the titles in the order of the list, with its cursors, and nothing more', async () => {
      for (let i = 0; i < 5; i++) await make({ title: `No. ${i}`, instructions: 'long '.repeat(100), pinned: i === 2 });
      await make({ title: 'Put away', archived: true });
      const buried = await make();
      await stores.conversations.bury(user, buried.id);
      for (const archived of [false, true]) {
        const all = (await stores.conversations.list(user, { archived }, page)).items;
        const titled = all.map(({ id, title, updatedAt }) => ({ id, title, updatedAt }));
        const first = await stores.conversations.titles(user, { archived }, { limit: 2 });
        expect(first.items).toEqual(titled.slice(0, 2));
        expect(first.nextCursor === null).toBe(archived);
        if (first.nextCursor === null) continue;
        const rest = await stores.conversations.titles(user, { archived }, { limit: 3, cursor: first.nextCursor });
        expect(rest).toEqual({ items: titled.slice(2), nextCursor: null });
        const listed = await stores.conversations.list(user, { archived }, { limit: 3, cursor: first.nextCursor });
        expect(listed.items).toEqual(all.slice(2));
      }
      expect((await stores.conversations.titles(newId(), { archived: false }, page)).items).toEqual([]);
      const strange = stores.conversations.titles(user, { archived: false }, { limit: 1, cursor: 'WyJhIl0' });
      await expect(strange).rejects.toMatchObject({ code: 'validation_failed' });
    });

    describe('update', () => {
      it('changes what is given and nothing else', async () => {
        const before = await make({ instructions: 'old', temperature: 1 });
        await nextMs();
        const patch = {
          pinned: true,
          archived: true,
          endpoint: 'other',
          model: 'm',
          instructions: null,
          temperature: 0,
        };
        const after = await stores.conversations.update(user, before.id, patch);
        expect(after).toEqual({ ...before, ...patch, updatedAt: after?.updatedAt });
        expect(after?.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
        expect(await stores.conversations.get(user, before.id)).toEqual(after);
      });

      it('leaves the time of the last activity where only the title, or nothing, changes', async () => {
        const before = await make();
        await nextMs();
        const titled = await stores.conversations.update(user, before.id, { title: 'New', pinned: undefined });
        expect(titled).toEqual({ ...before, title: 'New' });
        expect(await stores.conversations.update(user, before.id, {})).toEqual(titled);
        await nextMs();
        const both = await stores.conversations.update(user, before.id, { title: 'Newer', pinned: true });
        expect(both?.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime());
      });

      it('is null for what is not there', async () => {
        expect(await stores.conversations.update(user, newId(), { title: 'x' })).toBeNull();
      });

      it('keeps all of many changes at once', async () => {
        const { id } = await make();
        await Promise.all([
          stores.conversations.update(user, id, { title: 'New' }),
          stores.conversations.update(user, id, { pinned: true }),
          stores.conversations.update(user, id, { temperature: 2 }),
          stores.messages.appendTurn(newTurn(user, { conversation: id })),
        ]);
        expect(await stores.conversations.get(user, id)).toMatchObject({ title: 'New', pinned: true, temperature: 2 });
      });
    });

    it('retitles only where the title is still the expected one', async () => {
      const made = await make({ title: 'First words' });
      await nextMs();
      const titled = await stores.conversations.retitle(made.id, 'First words', 'A good title');
      expect(titled).toEqual({ ...made, title: 'A good title' });
      expect(await stores.conversations.retitle(made.id, 'First words', 'Another')).toBeNull();
      expect((await stores.conversations.get(user, made.id))?.title).toBe('A good title');
      expect(await stores.conversations.retitle(newId(), 'First words', 'x')).toBeNull();
      await stores.conversations.bury(user, made.id);
      expect(await stores.conversations.retitle(made.id, 'A good title', 'x')).toBeNull();
    });

    describe('deleting', () => {
      it('hides a buried one at once', async () => {
        const { id } = await make();
        expect(await stores.conversations.isBuried(id)).toBe(false);
        expect(await stores.conversations.bury(user, id)).toBe(true);
        expect(await stores.conversations.isBuried(id)).toBe(true);
        expect(await stores.conversations.get(user, id)).toBeNull();
        expect(await stores.conversations.update(user, id, { pinned: true })).toBeNull();
        expect((await stores.conversations.list(user, { archived: false }, page)).items).toEqual([]);
      });

      it('can be taken up again until it is finished', async () => {
        const { id } = await make();
        expect(await stores.conversations.unfinishedBurials(0, 10)).toEqual([]);
        await stores.conversations.bury(user, id);
        expect(await stores.conversations.bury(user, id)).toBe(true);
        expect(await stores.conversations.unfinishedBurials(0, 10)).toEqual([{ id, userId: user }]);
        expect(await stores.conversations.unfinishedBurials(26 * 24 * 60 * 60 * 1000, 10)).toEqual([]);
        expect(await stores.conversations.idsOfUser(user, 10)).toEqual([id]);
        await stores.conversations.remove(id);
        expect(await stores.conversations.bury(user, id)).toBe(false);
        expect(await stores.conversations.unfinishedBurials(0, 10)).toEqual([]);
        expect(await stores.conversations.idsOfUser(user, 10)).toEqual([]);
      });

      it('lists at most so many unfinished ones, the oldest first', async () => {
        const made = [await make(), await make(), await make()];
        for (const { id } of made) {
          await stores.conversations.bury(user, id);
          await nextMs();
        }
        expect(ids(await stores.conversations.unfinishedBurials(0, 2))).toEqual([made[0].id, made[1].id]);
      });

      it('drops messages and row, keeps the tombstone, any number of times', async () => {
        const kept = newTurn(user);
        await stores.messages.appendTurn(kept);
        const turn = newTurn(user);
        await askAndAnswer(stores.messages, turn);
        const ref = answerRef(turn);
        await stores.conversations.bury(user, ref.conversationId);
        for (let i = 0; i < 3; i++) await stores.conversations.remove(ref.conversationId);
        expect(await stores.conversations.isBuried(ref.conversationId)).toBe(true);
        expect(await stores.messages.find(user, ref.id)).toBeNull();
        expect(await stores.messages.seizeForDeletion(ref)).toBeNull();
        await expect(stores.messages.appendTurn(turn)).rejects.toMatchObject({ code: 'conversation_unknown' });
        expect(await stores.messages.find(user, kept.answer.id)).not.toBeNull();
        await stores.conversations.remove(newId());
      });

      it('drops a long conversation whole', async () => {
        const { id } = await make();
        // Of more messages than a store removes at once.
        for (let i = 0; i < 60; i++) await stores.messages.appendTurn(newTurn(user, { conversation: id }));
        await stores.conversations.bury(user, id);
        await stores.conversations.remove(id);
        expect(await stores.messages.writingOfConversation(id)).toEqual([]);
      });

      it('lays a tombstone where none was', async () => {
        const { id } = await make();
        await stores.conversations.remove(id);
        expect(await stores.conversations.get(user, id)).toBeNull();
        expect(await stores.conversations.isBuried(id)).toBe(true);
        expect(await stores.conversations.unfinishedBurials(0, 10)).toEqual([]);
      });
    });

    it('lists at most so many ids of a user', async () => {
      const made = [await make(), await make({ archived: true }), await make({ userId: newId() })];
      await stores.conversations.bury(user, made[0].id);
      expect((await stores.conversations.idsOfUser(user, 10)).sort()).toEqual([made[0].id, made[1].id]);
      expect(await stores.conversations.idsOfUser(user, 1)).toHaveLength(1);
    });

    if (openBroken) {
      it('rejects with dependency_down where the backend does not answer', async () => {
        const { conversations, close } = await openBroken();
        const down = { code: 'dependency_down', status: 503 };
        await expect(conversations.get(user, newId())).rejects.toMatchObject(down);
        await expect(conversations.list(user, { archived: false }, page)).rejects.toMatchObject(down);
        await expect(conversations.titles(user, { archived: false }, page)).rejects.toMatchObject(down);
        await expect(conversations.update(user, newId(), { title: 'x' })).rejects.toMatchObject(down);
        await expect(conversations.retitle(newId(), 'a', 'b')).rejects.toMatchObject(down);
        await expect(conversations.bury(user, newId())).rejects.toMatchObject(down);
        await expect(conversations.isBuried(newId())).rejects.toMatchObject(down);
        await expect(conversations.unfinishedBurials(0, 1)).rejects.toMatchObject(down);
        await expect(conversations.remove(newId())).rejects.toMatchObject(down);
        await expect(conversations.idsOfUser(user, 1)).rejects.toMatchObject(down);
        await close();
      });
    }
  });
}
