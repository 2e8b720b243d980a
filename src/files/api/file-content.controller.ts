import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { CurrentAuth } from '../../auth/api/current-auth.js';
import { FileContent, contentQuery, type ContentQuery } from '../../contract/files.js';
import { Answers, ReadsHeader } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Query, RawBytes } from '../../http/route.js';
import { FILE_HEADERS } from '../../http/security-headers.js';
import { FileForms, fileUnknown, type FileForm } from '../keeping/file-forms.service.js';
import { FileRows, type StoredFile } from '../store/index.js';
import { dispositionOf } from './disposition.js';
import { sendContent } from './send-content.js';

const TEXT = 'text/plain; charset=utf-8';
const BYTES = '*/*';

/** What people have uploaded, as bytes. */
@RawBytes(FILE_HEADERS)
@Controller('api/files')
export class FileContentController {
  constructor(
    private readonly files: FileRows,
    private readonly forms: FileForms,
  ) {}

  @Get(':id/content')
  @ReadsHeader('range', 'One part of the bytes: `bytes=0-99`.')
  @ReadsHeader('if-none-match', 'The `ETag` of an earlier answer.')
  @Answers(FileContent, { type: BYTES })
  @Answers(FileContent, { type: BYTES, status: 206, description: 'The part that was asked for' })
  async content(
    @Param('id') id: string,
    @Query({ schema: contentQuery }) { size }: ContentQuery,
    @CurrentAuth() { userId }: RequestAuth,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.file(userId, id);
    const form = await this.form(file, size ?? 'shown');
    await this.send(request, reply, file, form);
  }

  /** What was read of a document. */
  @Get(':id/text')
  @ReadsHeader('range', 'One part of the bytes: `bytes=0-99`.')
  @Answers(FileContent, { type: 'text/plain' })
  @Answers(FileContent, { type: 'text/plain', status: 206, description: 'The part that was asked for' })
  async text(
    @Param('id') id: string,
    @CurrentAuth() { userId }: RequestAuth,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.file(userId, id);
    const form = await this.form(file, 'text');
    await this.send(request, reply, file, form);
  }

  private async file(userId: string, id: string): Promise<StoredFile> {
    const file = await this.files.get(userId, id);
    if (!file) throw fileUnknown();
    return file;
  }

  private async form(file: StoredFile, which: 'shown' | 'thumb' | 'text'): Promise<FileForm> {
    const form = await this.forms.get(file, which);
    if (form) return form;
    if (file.state === 'processing') {
      throw new AppError('file_processing', 409, 'This file is still being read.', { retryAfterSeconds: 1 });
    }
    if (file.state === 'failed') {
      const { title = 'This file could not be read.', params = {} } = file.error ?? {};
      throw new AppError('file_unreadable', 422, title, { params });
    }
    throw new AppError('not_found', 404, 'There is no such form of this file.');
  }

  private send(request: FastifyRequest, reply: FastifyReply, file: StoredFile, form: FileForm): Promise<void> {
    const { sha256, contentId, filename } = file;
    return sendContent(request, reply, {
      etag: `"${sha256.slice(0, 32)}-${contentId.slice(-12)}-${form.form}"`,
      size: form.size,
      contentType: form.form === 'text' ? TEXT : form.mediaType,
      disposition: dispositionOf(
        form.form === 'text' ? `${filename}.txt` : filename,
        form.mediaType,
        form.isWrittenAnew,
      ),
      open: (range) => form.open(range),
    });
  }
}
