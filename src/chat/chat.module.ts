import { Module } from '@nestjs/common';
import { ConversationsController } from './api/conversations.controller.js';
import { MessagesController } from './api/messages.controller.js';
import { SearchBoth } from './api/search-both.js';
import { SearchController } from './api/search.controller.js';
import { TitleSearch } from './api/title-search.js';

/** Reading and changing conversations. Asking and deleting are in `generation`. */
@Module({
  controllers: [ConversationsController, MessagesController, SearchController],
  providers: [SearchBoth, TitleSearch],
})
export class ChatModule {}
