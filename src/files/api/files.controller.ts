import { Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import type { Page } from '../../../libs/paging/index.js';
import { Authenticator } from '../../auth/accounts/authenticator.service.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import { unauthenticated } from '../../auth/api/unauthenticated.js';
import { FileAnswer, FilePage, filesQuery, type FilesQuery, FileUpload } from '../../contract/files.js';
import { Answers, Takes } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Query, Upload } from '../../http/route.js';
import { Limit } from '../../rate-limit/limit.js';
import { RateLimits } from '../../rate-limit/rate-limits.service.js';
import { fileUnknown } from '../keeping/file-forms.service.js';
import { FileRemoval } from '../keeping/file-removal.service.js';
import { FileRows } from '../store/index.js';
import { type Arrived, Uploads } from '../upload/uploads.service.js';
import { fileView, type FileView } from './file-view.js';
import { readUpload } from './upload-body.js';

@Controller('api/files')
export class FilesController {
  constructor(
    private readonly files: FileRows,
    private readonly uploads: Uploads,
    private readonly removal: FileRemoval,
    private readonly limits: RateLimits,
    private readonly authenticator: Authenticator,
  ) {}

  @Post()
  @Upload()
  @Limit('upload-user')
  @Takes(FileUpload, 'multipart/form-data')
  @Answers(FileAnswer)
  async upload(
    @CurrentAuth() { userId }: RequestAuth,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ file: FileView }> {
    const length = request.headers['content-length'];
    try {
      await this.limits.consume('upload-user', userId, reply);
      const announced = length === undefined ? undefined : Number(length);
      const file = await this.uploads.take(userId, announced, () => this.receive(request, reply));
      return { file: fileView(file) };
    } catch (error) {
      // What still comes of it is of no use to anybody.
      if (!request.raw.complete) void reply.header('connection', 'close');
      throw error;
    }
  }

  @Get()
  @Answers(FilePage)
  async list(
    @Query({ schema: filesQuery }) page: FilesQuery,
    @CurrentAuth() { userId }: RequestAuth,
  ): Promise<Page<FileView>> {
    const { items, nextCursor } = await this.files.list(userId, page);
    return { items: items.map(fileView), nextCursor };
  }

  @Get(':id')
  @Answers(FileAnswer)
  async get(@Param('id') id: string, @CurrentAuth() { userId }: RequestAuth): Promise<{ file: FileView }> {
    const file = await this.files.get(userId, id);
    if (!file) throw fileUnknown();
    return { file: fileView(file) };
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Param('id') id: string, @CurrentAuth() { userId }: RequestAuth): Promise<void> {
    const outcome = await this.removal.delete(userId, id);
    if (outcome === 'absent') throw fileUnknown();
    if (outcome === 'held') throw new AppError('file_in_use', 409, 'A message holds this file.');
  }

  /** Who was signed out while the file came keeps nothing. */
  private async receive(request: FastifyRequest, reply: FastifyReply): Promise<Arrived> {
    const stage = (file: Parameters<Uploads['stage']>[0]) => this.uploads.stage(file);
    const arrived = await readUpload(request, stage, ({ staged }) => this.uploads.discard(staged));
    try {
      if (!(await this.authenticator.isAlive(request.auth!.sessionId))) throw unauthenticated(reply);
    } catch (error) {
      await this.uploads.discard(arrived.staged);
      throw error;
    }
    return arrived;
  }
}
