import { Controller, Get, Param, Patch } from '@nestjs/common';
import type { Page } from '../../../libs/paging/index.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import {
  ConversationAnswer,
  ConversationPage,
  conversationPatch,
  type ConversationPatch,
  conversationsQuery,
  type ConversationsQuery,
} from '../../contract/conversation.js';
import { MessagePage, messagesQuery, type MessagesQuery } from '../../contract/message.js';
import { Answers } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Body, Query } from '../../http/route.js';
import { Notices } from '../../notices/notices.service.js';
import { Conversations, conversationUnknown, Messages } from '../store/index.js';
import { conversationView, type ConversationView, messageView, type MessageView } from './views.js';

@Controller('api/convos')
export class ConversationsController {
  constructor(
    private readonly conversations: Conversations,
    private readonly notices: Notices,
  ) {}

  @Get()
  @Answers(ConversationPage)
  async list(
    @Query({ schema: conversationsQuery }) query: ConversationsQuery,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<Page<ConversationView>> {
    const { archived, pinned, ...page } = query;
    const { items, nextCursor } = await this.conversations.list(userId, { archived, pinned }, page);
    return { items: items.map(conversationView), nextCursor };
  }

  @Get(':id')
  @Answers(ConversationAnswer)
  async get(
    @Param('id') id: string,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<{ conversation: ConversationView }> {
    const conversation = await this.conversations.get(userId, id);
    if (!conversation) throw conversationUnknown();
    return { conversation: conversationView(conversation) };
  }

  /** A patch without fields changes nothing, and is told to nobody. */
  @Patch(':id')
  @Answers(ConversationAnswer)
  async patch(
    @Param('id') id: string,
    @Body({ schema: conversationPatch }) body: ConversationPatch,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<{ conversation: ConversationView }> {
    const changed = await this.conversations.update(userId, id, body);
    if (!changed) throw conversationUnknown();
    const conversation = conversationView(changed);
    if (Object.keys(body).length > 0) this.notices.toUser(userId, 'conversation.updated', { conversation });
    return { conversation };
  }
}

/** Texts of one answer, bytes: nobody waits for one that holds what people may write in a hundred messages. */
const MOST_BYTES = 2_000_000;

/** A class of its own: the API's document calls its operations by this name, and clients are generated from it. */
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
