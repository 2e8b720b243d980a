import { eventually } from '../../../test/support/eventually.js';
import { answerRef, ask, askAndAnswer, claimed, newId, newTurn, type ChatStores } from './chat.testing.js';
import type { Message, Order } from '../store/index.js';

/** Reading the tree. Part of `messagesContract`. */
export function treeContract(open: () => Promise<ChatStores>): void {
  describe('the tree', () => {
    let stores: ChatStores;
    const user = newId();

    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.close());

    const ids = (list: Message[]): string[] => list.map(({ id }) => id);

    it('hides what is not there, another user’s and what is under a tombstone', async () => {
      const { conversationId, id } = await askAndAnswer(stores.messages, newTurn(user));
      const ref = { conversationId, id };
      const elsewhere = { conversationId: newId(), id };
      expect(await stores.messages.get(user, ref)).toMatchObject({ id, text: 'It is this.' });
      expect(await stores.messages.find(user, id)).toEqual(await stores.messages.get(user, ref));
      expect(await stores.messages.get(user, elsewhere)).toBeNull();
      expect(await stores.messages.getWriting(elsewhere)).toBeNull();
      expect(await stores.messages.branch(elsewhere, 10)).toEqual([]);
      expect(await stores.messages.get(newId(), ref)).toBeNull();
      expect(await stores.messages.find(newId(), id)).toBeNull();
      expect(await stores.messages.find(user, newId())).toBeNull();
      expect((await stores.messages.list(newId(), conversationId, { limit: 10 })).items).toEqual([]);
      expect((await stores.messages.list(user, newId(), { limit: 10 })).items).toEqual([]);
      await stores.conversations.bury(user, conversationId);
      expect(await stores.messages.get(user, ref)).toBeNull();
      expect(await stores.messages.find(user, id)).toBeNull();
      expect(await stores.messages.getWriting(ref)).toBeNull();
      expect(await stores.messages.branch(ref, 10)).toEqual([]);
      expect(await stores.messages.standings([ref])).toEqual([]);
      expect((await stores.messages.list(user, conversationId, { limit: 10 })).items).toEqual([]);
    });

    it('tells who writes of answers only, also of one that has ended', async () => {
      const turn = newTurn(user);
      await askAndAnswer(stores.messages, turn);
      const ref = answerRef(turn);
      expect(await stores.messages.getWriting(ref)).toMatchObject({ status: 'complete', epoch: 1 });
      expect(await stores.messages.getWriting({ ...ref, id: turn.question!.id })).toBeNull();
    });

    it('ends a page early where its texts would be too long, and never holds none', async () => {
      const turn = newTurn(user);
      const { conversationId } = await askAndAnswer(stores.messages, turn);
      const words = ['ä'.repeat(30), 'b'.repeat(30), 'c'.repeat(10)];
      for (const text of words) {
        await stores.messages.appendTurn(newTurn(user, { conversation: conversationId, text }));
      }
      const pages = async (maxBytes: number, order: Order) => {
        const seen: string[][] = [];
        let cursor: string | undefined;
        do {
          const page = await stores.messages.list(user, conversationId, { limit: 100, cursor, maxBytes }, order);
          seen.push(page.items.map(({ text }) => text.slice(0, 2)));
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        return seen;
      };
      const first = [turn.question!.text, 'It is this.'].map((text) => text.slice(0, 2));
      expect(await pages(60, 'asc')).toEqual([first, ['ää', ''], ['bb', '', 'cc', '']]);
      expect(await pages(40, 'desc')).toEqual([['', 'cc', '', 'bb', ''], ['ää'], [...first].reverse()]);
      expect((await pages(1, 'asc')).map(({ length }) => length)).toEqual(Array(8).fill(1));
    });

    it('lists the whole tree, oldest first, in pages without a hole or a double', async () => {
      const first = await askAndAnswer(stores.messages, newTurn(user));
      const { conversationId } = first;
      const root = newTurn(user, { conversation: conversationId });
      const branches = [newTurn(user, { conversation: conversationId, parentId: first.id }), root];
      for (const turn of branches) await stores.messages.appendTurn(turn);
      await stores.messages.appendTurn(newTurn(user));
      const all = [first.parentId!, first.id, ...branches.flatMap((t) => [t.question!.id, t.answer.id])].sort();
      const pages = async (order: Order) => {
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await stores.messages.list(user, conversationId, { limit: 4, cursor }, order);
          expect(page.items.length).toBeLessThanOrEqual(4);
          seen.push(...ids(page.items));
          cursor = page.nextCursor ?? undefined;
        } while (cursor);
        return seen;
      };
      expect(await pages('asc')).toEqual(all);
      expect(await pages('desc')).toEqual(all.toReversed());
      expect(ids((await stores.messages.list(user, conversationId, { limit: 10 })).items)).toEqual(all);
      expect((await stores.messages.list(user, conversationId, { limit: 6 })).nextCursor).toBeNull();
      const strange = stores.messages.list(user, conversationId, { limit: 1, cursor: 'WzEsMl0' });
      await expect(strange).rejects.toMatchObject({ code: 'validation_failed' });
    });

    it('newest first, goes on where a page ended, whatever was written meanwhile', async () => {
      const { conversationId } = await askAndAnswer(stores.messages, newTurn(user));
      for (let i = 0; i < 2; i++) await askAndAnswer(stores.messages, newTurn(user, { conversation: conversationId }));
      const all = ids((await stores.messages.list(user, conversationId, { limit: 10 })).items).reverse();
      const first = await stores.messages.list(user, conversationId, { limit: 3 }, 'desc');
      await askAndAnswer(stores.messages, newTurn(user, { conversation: conversationId }));
      const cursor = first.nextCursor!;
      const second = await stores.messages.list(user, conversationId, { limit: 3, cursor }, 'desc');
      expect([...ids(first.items), ...ids(second.items)]).toEqual(all);
      expect(second.nextCursor).toBeNull();
      expect((await stores.messages.list(user, conversationId, { limit: 3 }, 'desc')).items[2].id).toBe(all[0]);
    });

    it('gives a branch, oldest first, without the other branches', async () => {
      const a = await askAndAnswer(stores.messages, newTurn(user, { text: 'root' }));
      const on = { conversation: a.conversationId };
      const b = await askAndAnswer(stores.messages, newTurn(user, { ...on, parentId: a.id }));
      await askAndAnswer(stores.messages, newTurn(user, { ...on, parentId: a.id }));
      const c = await askAndAnswer(stores.messages, newTurn(user, { ...on, parentId: b.id }));
      const path = [a.parentId!, a.id, b.parentId!, b.id, c.parentId!, c.id];
      const ref = { conversationId: c.conversationId, id: c.id };
      const branch = await stores.messages.branch(ref, 100);
      expect(ids(branch)).toEqual(path);
      expect(branch[0]).toEqual(await stores.messages.find(user, path[0]));
      expect(branch[5]).toEqual(c);
      expect(ids(await stores.messages.branch(ref, 6))).toEqual(path);
      expect(ids(await stores.messages.branch(ref, 3))).toEqual(path.slice(3));
      expect(ids(await stores.messages.branch(ref, 1))).toEqual(path.slice(5));
      expect(await stores.messages.branch(ref, 0)).toEqual([]);
      expect(ids(await stores.messages.branch({ ...ref, id: c.parentId! }, 2))).toEqual(path.slice(3, 5));
      expect(await stores.messages.branch({ ...ref, id: newId() }, 10)).toEqual([]);
    });

    it('gives of a branch with much text the newest messages, and the message itself always', async () => {
      const [a, b] = ['a', 'b'].map((letter) => letter.repeat(100));
      const first = await ask(stores.messages, newTurn(user, { text: a }));
      const root = (await stores.messages.find(user, first.id))!.parentId!;
      const turn = newTurn(user, { conversation: first.conversationId, parentId: root, text: b });
      await stores.messages.appendTurn(turn);
      const ref = { conversationId: first.conversationId, id: turn.question!.id };
      const texts = async (maxChars: number) =>
        (await stores.messages.branch(ref, 10, maxChars)).map(({ text }) => text);
      expect(await texts(200)).toEqual([a, b]);
      expect(await texts(199)).toEqual([b]);
      expect(await texts(1)).toEqual([b]);
    });

    it('gives the newest of a very long branch', async () => {
      const first = await ask(stores.messages, newTurn(user));
      let parentId = (await stores.messages.find(user, first.id))!.parentId!;
      // So many that it is read in several pieces.
      for (let i = 0; i < 250; i++) {
        const turn = newTurn(user, { conversation: first.conversationId, parentId, text: `${i}` });
        await stores.messages.appendTurn(turn);
        parentId = turn.question!.id;
      }
      const ref = { conversationId: first.conversationId, id: parentId };
      const texts = (await stores.messages.branch(ref, 3)).map(({ text }) => text);
      expect(texts).toEqual(['247', '248', '249']);
      expect(await stores.messages.branch(ref, 100_000)).toHaveLength(251);
    });

    it('tells in one go how answers stand', async () => {
      const running = await ask(stores.messages, newTurn(user));
      claimed(await stores.messages.claim(running, 'o', { staleMs: 5000 }));
      const turn = newTurn(user);
      await askAndAnswer(stores.messages, turn, { status: 'stopped' });
      const ended = answerRef(turn);
      const absent = { conversationId: newId(), id: newId() };
      const misplaced = { conversationId: newId(), id: ended.id };
      const standings = await stores.messages.standings([running, absent, ended, misplaced]);
      expect(standings).toHaveLength(2);
      expect(standings).toEqual(
        expect.arrayContaining([
          { ...running, status: 'generating', epoch: 1 },
          { ...ended, status: 'stopped', epoch: 1 },
        ]),
      );
      expect(await stores.messages.standings([])).toEqual([]);
    });

    it('lists what is being written, of a user and of a conversation', async () => {
      const running = await ask(stores.messages, newTurn(user));
      const buried = await ask(stores.messages, newTurn(user));
      const theirs = await ask(stores.messages, newTurn(newId()));
      const ended = newTurn(user, { conversation: running.conversationId });
      await askAndAnswer(stores.messages, ended);
      await stores.conversations.bury(user, buried.conversationId);
      expect(ids(await stores.messages.writingOfUser(user))).toEqual([running.id]);
      expect(ids(await stores.messages.writingOfUser(theirs.id))).toEqual([]);
      const [writing] = await stores.messages.writingOfConversation(running.conversationId);
      expect(writing).toMatchObject({ id: running.id, epoch: 0, owner: null });
      expect(ids(await stores.messages.writingOfConversation(running.conversationId))).toEqual([running.id]);
      expect(ids(await stores.messages.writingOfConversation(buried.conversationId))).toEqual([buried.id]);
    });

    it('finds those of a conversation that ended lately, also under a tombstone', async () => {
      const running = await ask(stores.messages, newTurn(user));
      const { conversationId } = running;
      const ended = newTurn(user, { conversation: conversationId });
      await askAndAnswer(stores.messages, ended);
      await askAndAnswer(stores.messages, newTurn(user));
      const found = async (ms: number) => ids(await stores.messages.endedOfConversation(conversationId, ms));
      expect(await found(60_000)).toEqual([ended.answer.id]);
      await stores.conversations.bury(user, conversationId);
      await stores.messages.seizeForDeletion(running);
      expect((await found(60_000)).sort()).toEqual([running.id, ended.answer.id].sort());
      await eventually(async () => (await found(1)).length === 0);
    });
  });
}
