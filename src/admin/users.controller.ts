import { Controller, Get, Param, Patch, Req } from '@nestjs/common';
import { Body, PeopleOnly, Query } from '../http/route.js';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../libs/errors/index.js';
import {
  type AdminUser,
  AdminUserAnswer,
  AdminUserPage,
  userChange,
  type UserChange,
  usersQuery,
  type UsersQuery,
} from '../contract/admin.js';
import { publicUser } from '../auth/api/public-user.js';
import { Roles } from '../auth/api/roles.guard.js';
import { type User, UserStore } from '../auth/users/user-store.js';
import { Messages } from '../chat/store/index.js';
import { Disabling } from '../generation/control/disabling.service.js';
import { Answers } from '../http/described.js';
import { RateLimits } from '../rate-limit/rate-limits.service.js';

/** For admins: all accounts, what they use, and who they may be. */
@PeopleOnly()
@Controller('api/admin/users')
@Roles('admin')
export class UsersController {
  constructor(
    private readonly users: UserStore,
    private readonly disabling: Disabling,
    private readonly messages: Messages,
    private readonly limits: RateLimits,
  ) {}

  /** Oldest first; with `q` those whose name or e-mail holds it, blind to case. */
  @Get()
  @Answers(AdminUserPage)
  async list(@Query({ schema: usersQuery }) { q, ...page }: UsersQuery) {
    const { items, nextCursor } = await this.users.list(page, q);
    return { items: await Promise.all(items.map((user) => this.view(user))), nextCursor };
  }

  /** Who is disabled is out at once, on every instance, and their answers are stopped. 409 `last_admin`. */
  @Patch(':id')
  @Answers(AdminUserAnswer)
  async change(
    @Param('id') id: string,
    @Body({ schema: userChange }) change: UserChange,
    @Req() { auth, ip }: FastifyRequest,
  ) {
    const user = await this.disabling.change(id, change, { actor: auth!.userId, address: ip });
    if (!user) throw new AppError('user_unknown', 404, 'There is no such account.');
    return { user: await this.view(user) };
  }

  private async view(user: User): Promise<AdminUser> {
    const [tokens, writing] = await Promise.all([
      this.limits.standing('tokens-user', user.id),
      this.messages.writingOfUser(user.id),
    ]);
    const running = writing.filter(({ owner }) => owner !== null).length;
    return {
      ...publicUser(user),
      disabled: user.disabled,
      deleting: user.deleting,
      usage: {
        // Without a budget nothing is counted.
        tokens: tokens?.used ?? null,
        tokenBudget: tokens?.max ?? null,
        windowEndsInSeconds: tokens && tokens.resetMs > 0 ? Math.ceil(tokens.resetMs / 1000) : null,
        running,
        waiting: writing.length - running,
      },
    };
  }
}
