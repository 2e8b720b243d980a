import { Module } from '@nestjs/common';
import { ConversationsController } from './conversations.controller.js';
import { MessagesController } from './messages.controller.js';
import { SearchBoth } from './search-both.js';
import { SearchController } from './search.controller.js';
import { TitleSearch } from './title-search.js';

/** Reading and changing conversations. Asking and deleting are in `generation`. */
@Module({
  controllers: [ConversationsController, MessagesController, SearchController],
  providers: [SearchBoth, TitleSearch],
})
export class ChatModule {}
