import { Module } from '@nestjs/common';
import { ConversationsController } from './conversations.controller.js';
import { MessagesController } from './messages.controller.js';
import { SearchController } from './search.controller.js';

/** Reading and changing conversations. Asking and deleting are in `generation`. */
@Module({ controllers: [ConversationsController, MessagesController, SearchController] })
export class ChatModule {}
