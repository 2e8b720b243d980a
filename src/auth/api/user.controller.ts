import { Controller, Get, HttpCode, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type PasswordChange, type User, UserAnswer, userPatch, type UserPatch } from '../../contract/user.js';
import { Answers } from '../../http/described.js';
import { Body, PeopleOnly } from '../../http/route.js';
import type { RequestAuth } from '../../http/request-auth.js';
import { Accounts } from '../accounts/accounts.service.js';
import { passwordChange } from '../accounts/auth.schema.js';
import { unauthenticated } from './unauthenticated.js';
import { clientOf } from '../accounts/client.js';
import { CurrentAuth } from './current-auth.js';
import { publicUser } from './public-user.js';
import { UserStore } from '../users/user-store.js';

@PeopleOnly()
@Controller('api/user')
export class UserController {
  constructor(
    private readonly users: UserStore,
    private readonly accounts: Accounts,
  ) {}

  @Get()
  @Answers(UserAnswer)
  async read(
    @CurrentAuth() auth: RequestAuth,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ user: User }> {
    const user = await this.users.findById(auth.userId);
    if (!user) throw unauthenticated(reply);
    return { user: publicUser(user) };
  }

  @Patch()
  @Answers(UserAnswer)
  async change(
    @CurrentAuth() auth: RequestAuth,
    @Body({ schema: userPatch }) { name }: UserPatch,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ user: User }> {
    const user = await this.users.rename(auth.userId, name);
    if (!user) throw unauthenticated(reply);
    return { user: publicUser(user) };
  }

  /** Ends the other sessions. */
  @Post('password')
  @HttpCode(204)
  async changePassword(
    @CurrentAuth() auth: RequestAuth,
    @Body({ schema: passwordChange }) { password, newPassword }: PasswordChange,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.accounts.changePassword(auth, password, newPassword, clientOf(request, reply));
  }
}
