import { Controller, Get, Param } from '@nestjs/common';
import type { Page } from '../../../libs/paging/index.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import { MessagePage, messagesQuery, type MessagesQuery } from '../../contract/message.js';
import { Answers } from '../../http/described.js';
import { Query } from '../../http/route.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Conversations, conversationUnknown, Messages } from '../store/index.js';
import { messageView, type MessageView } from './message-view.js';

/** Texts of one answer, bytes: nobody waits for one that holds what people may write in a hundred messages. */
const MOST_BYTES = 2_000_000;

@Controller('api/convos/:id/messages')
export class MessagesController {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
  ) {}

  @Get()
  @Answers(MessagePage)
  async list(
    @Param('id') id: string,
    @Query({ schema: messagesQuery }) { order, ...page }: MessagesQuery,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<Page<MessageView>> {
    if (!(await this.conversations.get(userId, id))) throw conversationUnknown();
    const { items, nextCursor } = await this.messages.list(userId, id, { ...page, maxBytes: MOST_BYTES }, order);
    return { items: items.map(messageView), nextCursor };
  }
}
