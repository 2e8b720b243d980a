import {
  answerRef,
  ask,
  askAndAnswer,
  claimed,
  newConversation,
  newId,
  newTurn,
  type ChatStores,
  finish,
} from './chat.testing.js';
import type { SearchHit } from '../store/index.js';

/** What every MessageSearch must do. `openBroken`: a store whose backend does not answer. */
export function messageSearchContract(
  name: string,
  open: () => Promise<ChatStores>,
  openBroken?: () => Promise<ChatStores>,
): void {
  describe(`MessageSearch: ${name}`, () => {
    let stores: ChatStores;
    const user = newId();

    beforeEach(async () => {
      stores = await open();
    });
    afterEach(() => stores.close());

    /** Stores a question; gives back its id. */
    const say = async (text: string, userId = user): Promise<string> => {
      const turn = newTurn(userId, { text });
      await stores.messages.appendTurn(turn);
      return turn.question!.id;
    };
    const hits = async (query: string, userId = user): Promise<SearchHit[]> =>
      (await stores.search.search(userId, query, { limit: 50 })).items;
    const found = async (query: string, userId = user): Promise<string[]> =>
      (await hits(query, userId)).map(({ message }) => message.id);

    it('tells where the words stand', async () => {
      const conversation = newConversation(user, { title: 'About cats' });
      const turn = newTurn(user, { conversation, text: 'Where does the cat sleep?' });
      const { question } = await stores.messages.appendTurn(turn);
      expect(await hits('cat sl')).toEqual([
        {
          message: { id: question.id, conversationId: conversation.id, role: 'user', createdAt: question.createdAt },
          title: 'About cats',
          snippet: {
            text: 'Where does the cat sleep?',
            matches: [
              [15, 18],
              [19, 24],
            ],
          },
        },
      ]);
    });

    it('wants every word, the last one as a prefix', async () => {
      const id = await say('The quick brown fox');
      expect(await found('quick fox')).toEqual([id]);
      expect(await found('fox quick')).toEqual([id]);
      expect(await found('quick fo')).toEqual([id]);
      expect(await found('q')).toEqual([id]);
      expect(await found('quick quick')).toEqual([id]);
      expect(await found('qui fox')).toEqual([]);
      expect(await found('quick dog')).toEqual([]);
      expect(await found('uick')).toEqual([]);
    });

    it('is blind to case and accents', async () => {
      const id = await say('Das CAFÉ in der Große Straße, naïve');
      for (const query of ['café', 'CAFE', 'cafe\u0301', 'grosse', 'STRASSE', 'straße', 'naive', 'ｃａｆｅ']) {
        expect([query, await found(query)]).toEqual([query, [id]]);
      }
    });

    it('finds in scripts without spaces', async () => {
      const id = await say('我喜欢吃苹果。東京タワーへ行きました');
      expect(await found('苹果')).toEqual([id]);
      expect(await found('東京')).toEqual([id]);
      expect(await found('タワー')).toEqual([id]);
      expect(await found('香蕉')).toEqual([]);
    });

    it('finds nothing for a query without a word', async () => {
      await say('something … ?! *');
      for (const query of ['', '   ', '*', '"', '?!', '😀', '\u0301']) expect(await found(query)).toEqual([]);
    });

    it('takes operators and quotes as words or nothing', async () => {
      const id = await say('near and far or not, words: a "quoted" thing');
      for (const query of ['"quoted"', 'NEAR(far)', 'near AND far', 'a OR thing', 'NOT near', 'words:a', 'quoted*']) {
        expect([query, await found(query)]).toEqual([query, [id]]);
      }
      for (const query of ['absent OR near', '{words} : absent', '^absent', 'near + absent', "'; DROP TABLE x; --"]) {
        expect([query, await found(query)]).toEqual([query, []]);
      }
      expect(await found('far '.repeat(120))).toEqual([id]);
      expect(await found(Array.from({ length: 250 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join(''))).toEqual([]);
    });

    it('finds a very long word, and one by its beginning', async () => {
      const id = await say(`x ${'abc'.repeat(5000)} y`);
      expect(await found('abcabc')).toEqual([id]);
      expect(await found('abc'.repeat(5000))).toEqual([id]);
    });

    it('finds an answer when it has ended, by its last text', async () => {
      const turn = newTurn(user, { text: 'question' });
      const ref = await ask(stores.messages, turn);
      const { epoch } = claimed(await stores.messages.claim(ref, 'o', { staleMs: 5000 }));
      await stores.messages.save([{ ...ref, epoch, owner: 'o', text: 'walrus', usage: null }]);
      expect(await found('walrus')).toEqual([]);
      await finish(stores.messages, ref, epoch, 'o', { status: 'complete', text: 'a penguin' });
      expect(await found('walrus')).toEqual([]);
      expect(await found('penguin')).toEqual([ref.id]);
    });

    it('finds what was stopped, interrupted and seized, too', async () => {
      const stopped = await askAndAnswer(stores.messages, newTurn(user), { status: 'stopped', text: 'heron one' });
      const seized = await ask(stores.messages, newTurn(user));
      const { epoch } = claimed(await stores.messages.claim(seized, 'o', { staleMs: 5000 }));
      await stores.messages.save([{ ...seized, epoch, owner: 'o', text: 'heron two', usage: null }]);
      const read = (await stores.messages.getWriting(seized))!;
      await stores.messages.seize(seized, read, { status: 'interrupted' });
      const letGo = await ask(stores.messages, newTurn(user));
      const own = claimed(await stores.messages.claim(letGo, 'o', { staleMs: 5000 }));
      await stores.messages.requestStop(letGo);
      const state = { text: 'heron three', spent: null, attempts: 1, dueInMs: 0 };
      await stores.messages.letGo(letGo, own.epoch, 'o', state);
      expect(await found('heron')).toEqual([letGo.id, seized.id, stopped.id]);
    });

    it('has the newest first, and pages without a hole or a double', async () => {
      const all: string[] = [];
      for (let i = 0; i < 25; i++) all.push(await say(`number ${i} of many`));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await stores.search.search(user, 'number many', { limit: 10, cursor });
        expect(page.items.length).toBeLessThanOrEqual(10);
        seen.push(...page.items.map(({ message }) => message.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(all.sort().reverse());
      expect((await stores.search.search(user, 'number', { limit: 25 })).nextCursor).toBeNull();
    });

    it('sorts by id what was stored out of order within one millisecond', async () => {
      const at = newId().slice(0, 14);
      const id = (n: number): string => `${at}7${n.toString(16).padStart(3, '0')}-8000-000000000000`;
      const order = Array.from({ length: 60 }, (_, i) => (i * 37) % 60);
      for (const n of order) {
        const turn = newTurn(user, { text: 'same moment' });
        turn.question!.id = id(n);
        turn.answer = { ...turn.answer, parentId: id(n) };
        await stores.messages.appendTurn(turn);
        if (n % 7 === 0) await found('moment');
      }
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await stores.search.search(user, 'moment', { limit: 7, cursor });
        seen.push(...page.items.map(({ message }) => message.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(order.map(id).sort().reverse());
    });

    it('shows nothing of other users', async () => {
      const other = newId();
      const [mine, theirs] = [
        await say('shared secret'),
        await say(`shared secret ${user.replaceAll('-', '')}`, other),
      ];
      expect(await found('secret')).toEqual([mine]);
      expect(await found('secret', other)).toEqual([theirs]);
      expect(await found('secret', newId())).toEqual([]);
      expect(await found('s', user.slice(0, -1))).toEqual([]);
      expect(await found(user.replaceAll('-', ''))).toEqual([]);
    });

    it('shows nothing under a tombstone, and nothing of what was removed', async () => {
      const turn = newTurn(user, { text: 'ephemeral thing' });
      await askAndAnswer(stores.messages, turn, { status: 'complete', text: 'ephemeral answer' });
      const kept = await say('ephemeral too');
      expect(await found('ephemeral')).toHaveLength(3);
      const { conversationId } = answerRef(turn);
      await stores.conversations.bury(user, conversationId);
      expect(await found('ephemeral')).toEqual([kept]);
      await stores.conversations.remove(conversationId);
      expect(await found('ephemeral')).toEqual([kept]);
    });

    it('shows a piece of a long message, with whole characters', async () => {
      await say(`${'😀 filler '.repeat(5000)}needle ${'more 😀 '.repeat(5000)}`);
      const [{ snippet }] = await hits('needle');
      expect(snippet.text.length).toBeLessThanOrEqual(160);
      expect(snippet.text.length).toBeGreaterThan(80);
      const [[start, end]] = snippet.matches;
      expect(snippet.text.slice(start, end)).toBe('needle');
      expect(snippet.text).toBe(Buffer.from(snippet.text).toString());
    });

    it('finds what stands at the end of long questions and answers', async () => {
      const long = '我喜欢苹果，word '.repeat(5000);
      const asked = await say(`${long} asked`);
      const { id: answered } = await askAndAnswer(stores.messages, newTurn(user), {
        status: 'complete',
        text: `${long} answered`,
      });
      expect(await found('苹 果 aske')).toEqual([asked]);
      expect(await found('苹 果 answere')).toEqual([answered]);
      const { items } = await stores.search.search(user, 'answered', { limit: 1 });
      expect(items[0].snippet.text).toMatch(/answered$/);
    });

    it('finds all of many messages stored at once', async () => {
      const all = await Promise.all(Array.from({ length: 50 }, (_, i) => say(`burst ${i}`)));
      const [a, b] = await Promise.all([found('burst'), found('burst')]);
      expect(a).toEqual(all.sort().reverse());
      expect(b).toEqual(a);
    });

    it('finds at once what several users have just stored', async () => {
      const users = Array.from({ length: 6 }, newId);
      const said = await Promise.all(users.map((one) => say('their own', one)));
      expect(await Promise.all(users.map((one) => found('own', one)))).toEqual(said.map((id) => [id]));
    });

    it('refuses a cursor of another list', async () => {
      const strange = stores.search.search(user, 'word', { limit: 1, cursor: 'WzEsMl0' });
      await expect(strange).rejects.toMatchObject({ code: 'validation_failed' });
    });

    if (openBroken) {
      it('rejects with dependency_down where the backend does not answer', async () => {
        const broken = await openBroken();
        const search = broken.search.search(user, 'word', { limit: 1 });
        await expect(search).rejects.toMatchObject({ code: 'dependency_down' });
        await broken.close();
      });
    }
  });
}
