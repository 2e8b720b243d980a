import type { mongo } from 'mongoose';
import { ask, askAndAnswer, newId, newTurn, finish } from '../contract/chat.testing.js';
import { MongoMessageSearch } from './chat-store.js';
import { useMongoChat, type MongoChat } from './mongo-chat.testing.js';

const used = useMongoChat();
const user = newId();

describe('MessageSearch in MongoDB', () => {
  let stores: MongoChat;
  let search: MongoMessageSearch;
  let finds: string[];

  beforeEach(async () => {
    stores = await used.open();
    search = new MongoMessageSearch(stores.chat, { readPreference: 'secondaryPreferred' });
    finds = [];
    const client = stores.chat.database.connection.getClient();
    client.on('commandStarted', ({ commandName, command }: mongo.CommandStartedEvent) => {
      const { find, sort, $readPreference } = command;
      const mode = ($readPreference as { mode?: string } | undefined)?.mode ?? 'primary';
      if (commandName === 'find' && (sort || find === 'conversations')) finds.push(`${find} ${mode}`);
    });
  });
  afterEach(() => stores.close());

  it('reads messages where it was told to, titles from the primary', async () => {
    const { id } = await askAndAnswer(stores.messages, newTurn(user), { status: 'complete', text: 'walrus' });
    finds = [];
    const { items } = await search.search(user, 'walrus', { limit: 5 });
    expect(items.map(({ message }) => message.id)).toEqual([id]);
    expect(finds).toEqual(['messages secondaryPreferred', 'conversations primary']);
  });

  it('enters the words of an answer that ended with the text that stood, once', async () => {
    const ref = await ask(stores.messages, newTurn(user));
    await stores.messages.claim(ref, 'o', { staleMs: 0 });
    await stores.messages.save([{ ...ref, epoch: 1, owner: 'o', text: 'half a walrus', usage: null }]);
    await finish(stores.messages, ref, 1, 'o', { status: 'stopped' });
    finds = [];
    for (let i = 0; i < 2; i++) expect((await search.search(user, 'walrus', { limit: 5 })).items).toHaveLength(1);
    expect(finds.filter((find) => find.startsWith('messages'))).toEqual([
      'messages primary',
      'messages secondaryPreferred',
    ]);
  });

  it('shows nothing of a conversation that went while a secondary still has its messages', async () => {
    const { conversationId } = await askAndAnswer(stores.messages, newTurn(user, { text: 'walrus' }));
    const kept = await askAndAnswer(stores.messages, newTurn(user, { text: 'walrus' }));
    await stores.conversations.bury(user, conversationId);
    const messages = stores.chat.messages.of(conversationId)!;
    await messages.run((c) => c.updateMany({ conversationId }, { $unset: { buried: true } }));
    const { items } = await search.search(user, 'walrus', { limit: 5 });
    expect(items.map(({ message }) => message.conversationId)).toEqual([kept.conversationId]);
  });
});
