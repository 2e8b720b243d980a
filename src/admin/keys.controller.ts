import { Controller, Delete, Get, HttpCode, Param, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Page, PageRequest } from '../../libs/paging/index.js';
import { ApiKeys } from '../auth/accounts/api-keys.service.js';
import { keyView } from '../auth/api/key-view.js';
import { keyUnknown } from '../auth/api/keys.controller.js';
import { Roles } from '../auth/api/roles.guard.js';
import { UserStore } from '../auth/users/user-store.js';
import { type AdminKey, AdminKeyPage } from '../contract/keys.js';
import { pageQuery } from '../contract/page.js';
import { Answers } from '../http/described.js';
import { PeopleOnly, Query } from '../http/route.js';

/** For admins: everybody's keys. */
@PeopleOnly()
@Controller('api/admin/keys')
@Roles('admin')
export class AdminKeysController {
  constructor(
    private readonly keys: ApiKeys,
    private readonly users: UserStore,
  ) {}

  /** Newest first, with whose they are. */
  @Get()
  @Answers(AdminKeyPage)
  async list(@Query({ schema: pageQuery }) page: PageRequest): Promise<Page<AdminKey>> {
    const { items, nextCursor } = await this.keys.page(page);
    const ids = [...new Set(items.map(({ userId }) => userId))];
    const users = new Map(await Promise.all(ids.map(async (id) => [id, await this.ownerOf(id)] as const)));
    return { items: items.map((key) => ({ ...keyView(key), user: users.get(key.userId)! })), nextCursor };
  }

  /** Revokes anybody's. */
  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param('id') id: string, @Req() { auth, ip }: FastifyRequest): Promise<void> {
    if (!(await this.keys.revoke(id, { actor: auth!.userId, address: ip }))) throw keyUnknown();
  }

  private async ownerOf(userId: string): Promise<AdminKey['user']> {
    const user = await this.users.findById(userId);
    return user && { id: user.id, name: user.name, email: user.email, disabled: user.disabled };
  }
}
