import { Module } from '@nestjs/common';
import { adapter, type Adapters } from '../clients/adapter.js';
import { ClientsModule } from '../clients/clients.module.js';
import { perConfig } from '../config/per-config.js';
import { NoticesModule } from '../notices/notices.module.js';
import { ConversationsController, MessagesController } from './api/conversations.controller.js';
import { SearchController } from './api/search.controller.js';
import { SearchService } from './api/search.service.js';
import { ChatStore, Conversations, Messages, MessageSearch } from './store/index.js';

const stores = {
  memory: async () => (await import('./memory/chat-store.js')).memoryChatStore(),
  sqlite: async (clients) => (await import('./sqlite/chat-store.js')).sqliteChatStore(clients.sqlite()),
  mongo: async (clients, config) =>
    (await import('./mongo/chat-store.js')).mongoChatStore(await clients.mongo(), {
      partition: config.MONGO_MESSAGE_PARTITION,
      searchFrom: config.MONGO_SEARCH_READ_PREFERENCE,
    }),
} satisfies Adapters<ChatStore, 'STORE'>;

/** Reading and changing conversations. Asking and deleting are in `generation`. */
@Module({})
export class ChatModule {
  static readonly forRoot = perConfig((config) => ({
    module: ChatModule,
    imports: [ClientsModule, NoticesModule.forRoot(config)],
    controllers: [ConversationsController, MessagesController, SearchController],
    providers: [
      adapter(ChatStore, stores[config.STORE]),
      { provide: Conversations, inject: [ChatStore], useFactory: (store: ChatStore) => store.conversations },
      { provide: Messages, inject: [ChatStore], useFactory: (store: ChatStore) => store.messages },
      { provide: MessageSearch, inject: [ChatStore], useFactory: (store: ChatStore) => store.search },
      SearchService,
    ],
    exports: [Conversations, Messages],
  }));
}
