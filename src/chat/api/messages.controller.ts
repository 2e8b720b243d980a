import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Page } from '../../../libs/paging/index.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { pageQuery } from '../../http/paging.js';
import { Conversations, conversationUnknown, Messages } from '../store/index.js';
import { messageView, type MessageView } from './message-view.js';

/** Texts of one answer, bytes: nobody waits for one that holds what people may write in a hundred messages. */
const MOST_BYTES = 2_000_000;

/** `order`: `asc` is oldest first. */
const listQuery = z.strictObject({ ...pageQuery, order: z.enum(['asc', 'desc']).default('asc') });
type ListQuery = z.infer<typeof listQuery>;

@Controller('api/convos/:id/messages')
export class MessagesController {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
  ) {}

  @Get()
  async list(
    @Param('id') id: string,
    @Query({ schema: listQuery }) { order, ...page }: ListQuery,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<Page<MessageView>> {
    if (!(await this.conversations.get(userId, id))) throw conversationUnknown();
    const { items, nextCursor } = await this.messages.list(userId, id, { ...page, maxBytes: MOST_BYTES }, order);
    return { items: items.map(messageView), nextCursor };
  }
}
