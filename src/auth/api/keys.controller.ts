import { Controller, Delete, Get, HttpCode, Ip, Param, Patch, Post } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import { decodeCursor, type PageRequest, toPage } from '../../../libs/paging/index.js';
import {
  type ApiKey,
  KeyAnswer,
  keyBody,
  type KeyBody,
  KeyMade,
  KeyPage,
  keyPatch,
  type KeyPatch,
} from '../../contract/keys.js';
import { pageQuery } from '../../contract/page.js';
import { Answers } from '../../http/described.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Body, PeopleOnly, Query } from '../../http/route.js';
import { ApiKeys } from '../accounts/api-keys.service.js';
import { CurrentAuth } from './current-auth.js';
import { keyView } from './key-view.js';

/** Keys for one's programs. No key manages keys. */
@PeopleOnly()
@Controller('api/keys')
export class KeysController {
  constructor(private readonly keys: ApiKeys) {}

  /** The secret is in this answer alone. */
  @Post()
  @Answers(KeyMade)
  async make(
    @CurrentAuth() { userId }: RequestAuth,
    @Body({ schema: keyBody }) body: KeyBody,
    @Ip() address: string,
  ): Promise<KeyMade> {
    const { key, secret } = await this.keys.make(userId, body, address);
    return { key: keyView(key), secret };
  }

  /** Newest first. */
  @Get()
  @Answers(KeyPage)
  async list(
    @CurrentAuth() { userId }: RequestAuth,
    @Query({ schema: pageQuery }) query: PageRequest,
  ): Promise<KeyPage> {
    const [before] = query.cursor === undefined ? [undefined] : decodeCursor(query.cursor, ['string']);
    const keys = (await this.keys.list(userId)).filter(({ id }) => before === undefined || id < before);
    const { items, nextCursor } = toPage(keys.slice(0, query.limit + 1), query.limit, (last) => [last.id]);
    return { items: items.map(keyView), nextCursor, mayMake: await this.keys.mayMake(userId) };
  }

  @Patch(':id')
  @Answers(KeyAnswer)
  async rename(
    @CurrentAuth() { userId }: RequestAuth,
    @Param('id') id: string,
    @Body({ schema: keyPatch }) { name }: KeyPatch,
  ): Promise<{ key: ApiKey }> {
    const key = await this.keys.rename(userId, id, name);
    if (!key) throw keyUnknown();
    return { key: keyView(key) };
  }

  /** It is out at the next call, on every instance, and what is open for it is closed. */
  @Delete(':id')
  @HttpCode(204)
  async revoke(@CurrentAuth() { userId }: RequestAuth, @Param('id') id: string, @Ip() address: string): Promise<void> {
    if (!(await this.keys.revoke(id, { address }, userId))) throw keyUnknown();
  }
}

export function keyUnknown(): AppError {
  return new AppError('key_unknown', 404, 'There is no such key.');
}
