import { Controller, Delete, HttpCode, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { ConversationDeletion } from '../control/conversation-deletion.service.js';
import { isId } from '../../../libs/ids/index.js';

/** Deleting stands here and not in `chat`, because it ends what is being written. */
@Controller('api/convos')
export class ConversationDeletionController {
  constructor(private readonly deletion: ConversationDeletion) {}

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @Req() request: FastifyRequest): Promise<void> {
    const deleted = isId(id) && (await this.deletion.delete(request.auth!.userId, id));
    if (!deleted) throw new AppError('conversation_unknown', 404, 'There is no such conversation.');
  }
}
