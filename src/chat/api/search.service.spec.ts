import type { Page, PageRequest } from '../../../libs/paging/index.js';
import type { TitleHit } from '../../contract/search.js';
import { memoryChat, sqliteChat } from '../contract/chat-stores.testing.js';
import { askAndAnswer, newConversation, newId, newTurn, type ChatStores } from '../contract/chat.testing.js';
import { useMongoChat } from '../mongo/mongo-chat.testing.js';
import { SearchService } from './search.service.js';

const mongo = useMongoChat();

const stores: Array<[string, () => Promise<ChatStores>]> = [
  ['memory', memoryChat],
  ['sqlite', sqliteChat],
  ['mongo', mongo.open],
];

describe.each(stores)('a search of titles: %s', (_name, open) => {
  let chat: ChatStores;
  let search: SearchService;
  const user = newId();

  beforeEach(async () => {
    chat = await open();
    search = new SearchService(chat.conversations, chat.search);
  });
  afterEach(() => chat.close());

  const make = async (title: string, owner = user): Promise<string> => {
    const conversation = newConversation(owner, { title });
    await askAndAnswer(chat.messages, newTurn(owner, { conversation }));
    return conversation.id;
  };
  const titles = (query: string, page: PageRequest = { limit: 50 }) =>
    search.search(user, { query, where: 'titles', page }) as Promise<Page<TitleHit>>;
  const found = async (query: string) => (await titles(query)).items.map(({ title }) => title.text);

  it('finds every word, the last one as a prefix, blind to case and accents, and says where they stand', async () => {
    const id = await make('Über die Küste von Norwegen');
    await make('Something else');
    const { items, nextCursor } = await titles('kuste norw');
    expect(nextCursor).toBeNull();
    expect(items).toMatchObject([{ conversation: { id }, title: { text: 'Über die Küste von Norwegen' } }]);
    expect(items[0].title.matches.map(([from, to]) => items[0].title.text.slice(from, to))).toEqual([
      'Küste',
      'Norwegen',
    ]);
    expect(await found('kust norwegen')).toEqual([]);
    expect(await found('…')).toEqual([]);
  });

  it('finds it by what it is called now, and not what is deleted or another user’s', async () => {
    const id = await make('The walrus');
    const gone = await make('A walrus');
    await make('Walrus of another', newId());
    await chat.conversations.bury(user, gone);
    expect(await found('walrus')).toEqual(['The walrus']);
    await chat.conversations.update(user, id, { title: 'The heron' });
    expect(await found('walrus')).toEqual([]);
    expect(await found('hero')).toEqual(['The heron']);
  });

  it('reads titles only, and whole conversations of those that it shows', async () => {
    const id = await make('A heron');
    await make('A walrus');
    const [list, get] = [jest.spyOn(chat.conversations, 'list'), jest.spyOn(chat.conversations, 'get')];
    expect(await found('heron')).toEqual(['A heron']);
    expect(list).not.toHaveBeenCalled();
    expect(get.mock.calls).toEqual([[user, id]]);
  });

  it('gives pages, newest activity first and archived ones last, without a hole or a double', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await make(i === 2 ? 'Something else' : `Bird ${i}`));
    await chat.conversations.update(user, ids[4], { archived: true });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await titles('bird', { limit: 1, cursor });
      expect(page.items.length).toBeLessThanOrEqual(1);
      seen.push(...page.items.map(({ title }) => title.text));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(['Bird 3', 'Bird 1', 'Bird 0', 'Bird 4']);
    const strange = titles('bird', { limit: 1, cursor: 'WyJ4Il0' });
    await expect(strange).rejects.toMatchObject({ code: 'validation_failed' });
  });
});
